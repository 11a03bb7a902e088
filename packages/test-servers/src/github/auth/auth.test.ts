import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { type GitHubServer, startGitHub } from "../start-github.ts";
import { type Client, client } from "../testing/client.ts";
import { clientGit } from "../testing/git.ts";
import { signJwt } from "./jwt.ts";

let hub: GitHubServer;
let app: { appId: number; installationId: number; privateKey: string };
let folder: string;

beforeEach(async () => {
  hub = await startGitHub();
  await hub.addOrganization({ login: "our-org", members: { robin: "admin" } });
  await hub.addRepository({
    repo: "our-org/one",
    commits: [{ files: { ".github/workflows/ci.yml": "on: push\n" } }],
  });
  await hub.addRepository({ repo: "our-org/two" });
  await hub.addRepository({ repo: "our-org/secret", private: true });
  folder = await mkdtemp(join(tmpdir(), "github-auth-"));
});
afterEach(async () => {
  const mismatches = (await hub.mismatches()).filter(({ side }) => side === "answer");
  await hub.dispose();
  await rm(folder, { recursive: true, force: true });
  expect(mismatches).toEqual([]);
});

async function addApp(): Promise<void> {
  const permissions = { contents: "write", pull_requests: "write" } as const;
  app = await hub.addApp({ slug: "pusher", account: "our-org", permissions });
}

const now = (): number => Math.floor(Date.now() / 1000);
const jwt = (claims: { iat?: number; exp?: number; iss?: string } = {}, key = app.privateKey): string =>
  signJwt({ iss: String(app.appId), iat: now() - 60, exp: now() + 300, ...claims }, key);
const path = (): string => `/app/installations/${app.installationId}/access_tokens`;

async function installationToken(body: object): Promise<string> {
  const { status, body: answer } = await client(hub, jwt())("POST", path(), body);
  expect(status).toBe(201);
  return answer.token as string;
}

/** A clone with a commit of one file. */
async function work(repo: string, file: string): Promise<string> {
  const at = join(folder, "work");
  await clientGit(null, "clone", "--quiet", `${hub.serverUrl}/${repo}.git`, at);
  await mkdir(join(at, file, ".."), { recursive: true });
  await writeFile(join(at, file), "new\n");
  await clientGit(null, "-C", at, "add", ".");
  await clientGit(null, "-C", at, "commit", "--quiet", "-m", "New");
  return at;
}

describe("an App", () => {
  beforeEach(addApp);

  test("is known by its JWT", async () => {
    const ask = async (token: string): Promise<string> => {
      const { status, body } = await client(hub, token)("GET", "/app");
      return `${status} ${body.message ?? body.slug}`;
    };
    expect(await ask(jwt())).toBe("200 pusher");
    expect(await ask(jwt({ iss: `Iv23li${app.appId}` }))).toBe("200 pusher");
    expect(await ask(jwt({ exp: now() - 1 }))).toMatch(/^401 'Expiration time'/);
    expect(await ask(jwt({ exp: now() + 3_600 }))).toMatch(/^401 .*too far in the future/);
    expect(await ask(jwt({ iat: now() + 120 }))).toMatch(/^401 'Issued at'/);
    expect(await ask(jwt({ iss: "1" }))).toBe("401 Integration not found");
    const other = await hub.addApp({ slug: "other", account: "our-org", permissions: {} });
    expect(await ask(jwt({}, other.privateKey))).toMatch(/^401 A JSON web token/);
    expect(await ask("nonsense")).toBe("401 Bad credentials");
  });

  test("finds its installation, and gets no more than it has", async () => {
    const asApp = client(hub, jwt());
    expect((await asApp("GET", "/orgs/our-org/installation")).body).toMatchObject({ id: app.installationId });
    expect((await asApp("GET", "/repos/our-org/one/installation")).status).toBe(200);
    expect((await asApp("GET", "/app/installations")).body).toHaveLength(1);
    expect((await asApp("POST", path(), { repositories: ["none"] })).status).toBe(422);
    expect(
      (await asApp("POST", path(), { permissions: { contents: "write", administration: "write" } })).status,
    ).toBe(422);
    expect((await asApp("POST", "/app/installations/1/access_tokens", {})).status).toBe(404);
  });
});

describe("an installation's token", () => {
  beforeEach(addApp);

  test("reaches its repositories alone, with its permissions, for an hour", async () => {
    const token = await installationToken({ repositories: ["one"], permissions: { contents: "write" } });
    expect(token).toMatch(new RegExp(`^ghs_${app.appId}_`));
    expect(token.length).toBeGreaterThan(500);
    const api = client(hub, token);
    expect((await api("GET", "/installation/repositories")).body).toMatchObject({ total_count: 1 });
    expect((await api("GET", "/repos/our-org/secret")).status).toBe(404);
    const sha = (await hub.repository("our-org/one"))?.refs["refs/heads/main"];
    const other = (await hub.repository("our-org/two"))?.refs["refs/heads/main"];
    const ref = (of: string | undefined): object => ({ ref: "refs/heads/x", sha: of });
    expect((await api("POST", "/repos/our-org/one/git/refs", ref(sha))).status).toBe(201);
    expect((await api("POST", "/repos/our-org/two/git/refs", ref(other))).status).toBe(403);
    expect(
      (await api("POST", "/repos/our-org/one/pulls", { title: "x", head: "x", base: "main" })).status,
    ).toBe(403);
    expect((await api("PUT", "/repos/our-org/one/actions/permissions", { enabled: false })).status).toBe(403);
    await hub.advance(3_600_001);
    expect((await api("GET", "/repos/our-org/one")).status).toBe(401);
  });

  test("pushes to its repository, and never a workflow", async () => {
    const token = await installationToken({ repositories: ["one"], permissions: { contents: "write" } });
    const at = await work("our-org/one", "src/new.txt");
    await clientGit(token, "-C", at, "push", "--quiet", "origin", "HEAD:refs/heads/fine");
    await expect(
      clientGit(token, "-C", at, "push", `${hub.serverUrl}/our-org/two.git`, "HEAD:refs/heads/x"),
    ).rejects.toThrow("403");
    await writeFile(join(at, ".github/workflows/ci.yml"), "on: pull_request\n");
    await clientGit(null, "-C", at, "commit", "--quiet", "-a", "-m", "Workflow");
    await expect(clientGit(token, "-C", at, "push", "origin", "HEAD:refs/heads/bad")).rejects.toThrow(
      "refusing to allow a GitHub App to create or update workflow `.github/workflows/ci.yml` without `workflows` permission",
    );
    const refs = Object.keys((await hub.repository("our-org/one"))?.refs ?? {});
    expect(refs).toEqual(["refs/heads/fine", "refs/heads/main"]);
    expect((await client(hub, token)("DELETE", "/installation/token")).status).toBe(204);
    await expect(clientGit(token, "-C", at, "push", "origin", "HEAD~1:refs/heads/late")).rejects.toThrow(
      "could not read Username",
    );
  });
});

describe("git", () => {
  test("takes tokens as Bearer and as a password", async () => {
    const { token } = await hub.addToken({ login: "robin", scopes: ["repo"] });
    const url = `${hub.serverUrl}/our-org/secret.git/info/refs?service=git-upload-pack`;
    const basic = (pair: string): string => `Basic ${Buffer.from(pair).toString("base64")}`;
    const status = async (authorization: string): Promise<number> =>
      (await fetch(url, { headers: { authorization } })).status;
    expect(await status(`Bearer ${token}`)).toBe(200);
    expect(await status(basic(`x-access-token:${token}`))).toBe(200);
    expect(await status(basic(`${token}:`))).toBe(200);
    expect(await status(basic("robin:wrong"))).toBe(401);
    expect((await fetch(url)).status).toBe(401);
    const stranger = await hub.addToken({ login: "sam", scopes: ["repo"] });
    expect(await status(`Bearer ${stranger.token}`)).toBe(404);
  });

  test("tells why it refuses a push", async () => {
    const at = await work("our-org/one", "a.txt");
    const push = async (token: string | null): Promise<string> =>
      await clientGit(token, "-C", at, "push", "origin", "HEAD:refs/heads/x");
    const { token } = await hub.addToken({ login: "robin", scopes: ["repo"] });
    const stranger = await hub.addToken({ login: "sam", scopes: ["repo"] });
    const weak = await hub.addToken({ login: "robin", scopes: ["read:org"] });
    await expect(push(null)).rejects.toThrow("could not read Username");
    await expect(push(stranger.token)).rejects.toThrow("Permission to our-org/one.git denied to sam");
    await expect(push(weak.token)).rejects.toThrow("not found");
    await hub.changeRepository("our-org/one", { archived: true });
    await expect(push(token)).rejects.toThrow("archived so it is read-only");
    await hub.changeRepository("our-org/one", { archived: false });
    await hub.renameRepository("our-org/one", "our-org/first");
    await push(token);
    expect((await hub.repository("our-org/first"))?.refs).toHaveProperty("refs/heads/x");
  });
});

describe("Actions", () => {
  let api: Client;
  beforeEach(async () => {
    api = client(
      hub,
      (await hub.addToken({ login: "robin", scopes: ["repo", "admin:org", "workflow"] })).token,
    );
  });
  const runs = async (): Promise<string[]> =>
    (await hub.workflowRuns()).map(({ repo, branch }) => `${repo} ${branch}`);

  test("run on a push while they are on, and are recorded", async () => {
    await hub.commit("our-org/one", { branch: "a", files: { "a.txt": "a\n" } });
    expect(await runs()).toEqual(["our-org/one a"]);
    const permissions = "/repos/our-org/one/actions/permissions";
    expect((await api("GET", permissions)).body).toMatchObject({ enabled: true, allowed_actions: "all" });
    expect((await api("PUT", permissions, { enabled: false })).status).toBe(204);
    await hub.commit("our-org/one", { branch: "b", files: { "a.txt": "b\n" } });
    expect(await runs()).toHaveLength(1);
    expect((await api("GET", "/repos/our-org/one/actions/runs")).body).toMatchObject({ total_count: 1 });
  });

  test("are off where the organization says so, for forks from their first moment", async () => {
    await hub.addRepository({
      repo: "acme/app",
      commits: [{ files: { ".github/workflows/ci.yml": "on: push\n" } }],
    });
    const org = "/orgs/our-org/actions/permissions";
    expect((await api("GET", org)).body).toMatchObject({ enabled_repositories: "all" });
    expect((await api("PUT", org, { enabled_repositories: "selected" })).status).toBe(204);
    const fork = await api("POST", "/repos/acme/app/forks", { organization: "our-org" });
    const permissions = "/repos/our-org/app/actions/permissions";
    expect((await api("GET", permissions)).body).toEqual({ enabled: false });
    expect((await api("PUT", permissions, { enabled: true, allowed_actions: "all" })).status).toBe(409);
    expect((await api("PUT", `${org}/repositories/${fork.body.id}`)).status).toBe(204);
    expect((await api("GET", `${org}/repositories`)).body).toMatchObject({ total_count: 1 });
    expect((await api("GET", permissions)).body).toMatchObject({ enabled: true });
    expect((await api("PUT", `${org}/repositories`, { selected_repository_ids: [] })).status).toBe(204);
    await hub.commit("our-org/app", { branch: "x", files: { "a.txt": "a\n" } });
    expect(await runs()).toEqual([]);
    const plain = client(hub, (await hub.addToken({ login: "robin", scopes: ["repo"] })).token);
    expect((await plain("GET", org)).status).toBe(403);
  });
});
