import { afterEach, beforeEach, expect, test } from "vitest";

import { type GitHubServer, startGitHub } from "./start-github.ts";
import { type Client, client } from "./testing/client.ts";
import { clientGit } from "./testing/git.ts";

let hub: GitHubServer;
let api: Client;

beforeEach(async () => {
  hub = await startGitHub();
  await hub.addOrganization({ login: "our-org", members: { robin: "admin" } });
  await hub.addRepository({ repo: "acme/app" });
  api = client(hub, (await hub.addToken({ login: "robin" })).token);
});
afterEach(() => hub.dispose());

const fork = async (): ReturnType<Client> =>
  await api("POST", "/repos/acme/app/forks", { organization: "our-org" });

test("a fork that fails before it was made, and one that was made all the same", async () => {
  await hub.addFault({ method: "POST", path: "/repos/*/forks", nth: 1, act: { status: 502 } });
  await hub.addFault({ method: "POST", path: "/repos/*/forks", nth: 2, when: "after", act: { status: 500 } });
  expect((await fork()).status).toBe(502);
  expect(await hub.repository("our-org/app")).toBeNull();
  expect((await fork()).status).toBe(500);
  expect(await hub.repository("our-org/app")).toMatchObject({ parent: "acme/app" });
  expect((await fork()).status).toBe(202);
  const faults = (await hub.calls())
    .filter(({ method }) => method === "POST")
    .map(({ fault, status }) => `${status} ${fault}`);
  expect(faults).toEqual(["502 502 before", "500 500 after", "202 null"]);
});

test("connections are cut, before and after; answers come late, or never", async () => {
  await hub.addFault({ method: "POST", path: "/repos/acme/app/forks", when: "after", nth: 1, act: "cut" });
  await expect(fork()).rejects.toThrow("fetch failed");
  expect(await hub.repository("our-org/app")).not.toBeNull();
  const rule = await hub.addFault({ path: "/repos/acme/app", act: "hang" });
  const signal = AbortSignal.timeout(200);
  await expect(fetch(`${hub.apiUrl}/repos/acme/app`, { signal })).rejects.toThrow("timeout");
  await hub.clearFaults(rule);
  await hub.addFault({ path: "/repos/acme/app", act: { delayMs: 50 } });
  expect((await api("GET", "/repos/acme/app")).status).toBe(200);
  expect((await hub.calls()).map(({ status, fault }) => `${status} ${fault}`)).toEqual([
    "null cut after",
    "null hang before",
    "200 50 ms late",
  ]);
});

test("a limit, words of its own, and git", async () => {
  await hub.addFault({ path: "/user", nth: [1], act: { limit: { cooldownMs: 1_000, retryAfter: true } } });
  const limited = await api("GET", "/user");
  expect([limited.status, limited.headers.get("retry-after")]).toEqual([403, "1"]);
  await hub.advance(1_001);
  expect((await api("GET", "/user")).status).toBe(200);
  await hub.clearFaults();
  await hub.addFault({
    path: "/user",
    act: { status: 403, body: { message: "Suspended" }, headers: { "x-more": "1" } },
  });
  const refused = await api("GET", "/user");
  expect([refused.body, refused.headers.get("x-more")]).toEqual([{ message: "Suspended" }, "1"]);
  await hub.addFault({ path: "/acme/app.git/*", nth: 1, act: { status: 503 } });
  const url = `${hub.serverUrl}/acme/app.git`;
  await expect(clientGit(null, "ls-remote", url)).rejects.toThrow("503");
  expect(await clientGit(null, "ls-remote", url)).toContain("refs/heads/main");
});

test("a push whose answer is lost was taken all the same", async () => {
  const { token } = await hub.addToken({ login: "acme" });
  const url = `${hub.serverUrl}/acme/app.git`;
  const folder = (await hub.repository("acme/app"))?.folder ?? "";
  await hub.addFault({ method: "POST", path: "*/git-receive-pack", when: "after", nth: 1, act: "cut" });
  const push = async (): Promise<string> =>
    await clientGit(token, "-C", folder, "push", url, "main:refs/heads/copy");
  await expect(push()).rejects.toThrow();
  expect((await hub.repository("acme/app"))?.refs).toHaveProperty("refs/heads/copy");
  await push();
});

test("a token in a URL is held against the client, and shown nowhere", async () => {
  const { token } = await hub.addToken({ login: "robin" });
  await fetch(`${hub.serverUrl}/acme/app?access_token=${encodeURIComponent(token)}`);
  const { violations, calls } = { violations: await hub.violations(), calls: await hub.calls() };
  expect(violations).toMatchObject([{ kind: "token-in-url", path: "/acme/app?access_token=[token]" }]);
  expect(JSON.stringify({ violations, calls })).not.toContain(token);
});
