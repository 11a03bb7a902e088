import { afterEach, describe, expect, test } from "vitest";

import type { GitHubOptions } from "../options.ts";
import { type GitHubServer, startGitHub } from "../start-github.ts";
import { type Client, client } from "../testing/client.ts";
import { clientGit } from "../testing/git.ts";

let hub: GitHubServer;

async function start(options: GitHubOptions, scopes: readonly string[] = ["repo"]): Promise<Client> {
  hub = await startGitHub(options);
  await hub.addOrganization({ login: "our-org", members: { robin: "admin" } });
  await hub.addRepository({ repo: "acme/app" });
  return client(hub, (await hub.addToken({ login: "robin", scopes })).token);
}
afterEach(async () => {
  const mismatches = await hub.mismatches();
  await hub.dispose();
  expect(mismatches).toEqual([]);
});

const ask = { organization: "our-org" };
const forks = "/repos/acme/app/forks";

describe("a fork", () => {
  test("goes through every phase", async () => {
    const api = await start({ fork: { hiddenMs: 1e6, unexportedMs: 1e6, emptyMs: 1e6, readOnlyMs: 1e6 } });
    const fork = await api("POST", forks, ask);
    expect(fork).toMatchObject({ status: 202, body: { full_name: "our-org/app", size: 0 } });
    const url = fork.body.clone_url as string;
    const status = async (path: string): Promise<number> =>
      (await api("GET", `/repos/our-org/app${path}`)).status;
    const head = async (): Promise<string> => await clientGit(null, "ls-remote", url, "HEAD");

    expect(await status("")).toBe(404);
    await expect(head()).rejects.toThrow("could not read Username");
    await hub.advance(1e6);
    expect(await status("")).toBe(200);
    expect(await api("GET", "/repos/our-org/app/commits")).toMatchObject({
      status: 409,
      body: { message: "Git Repository is empty." },
    });
    expect(await status("/branches/main")).toBe(404);
    await expect(head()).rejects.toThrow("403");
    await hub.advance(1e6);
    expect(await status("/commits/main")).toBe(409);
    expect(await head()).toBe("");
    await hub.advance(1e6);
    expect(await status("/commits/main")).toBe(200);
    expect(await head()).toMatch(/^[0-9a-f]{40}\tHEAD$/);
    const { object } = (await api("GET", "/repos/our-org/app/git/ref/heads/main")).body as {
      object: { sha: string };
    };
    const ref = { ref: "refs/heads/new", sha: object.sha };
    expect((await api("POST", "/repos/our-org/app/git/refs", ref)).status).toBe(403);
    await hub.advance(1e6);
    expect((await api("POST", "/repos/our-org/app/git/refs", ref)).status).toBe(201);
    expect((await hub.repository("our-org/app"))?.phase).toBe("ready");
  });

  test("may never be ready", async () => {
    const api = await start({});
    await hub.changeRepository("acme/app", { forkFate: "never-ready" });
    await api("POST", forks, ask);
    await hub.advance(3_600_000);
    expect((await api("GET", "/repos/our-org/app/commits")).status).toBe(409);
  });

  test("is made once for an owner, and again under another name", async () => {
    const api = await start({});
    const [one, two] = await Promise.all([api("POST", forks, ask), api("POST", forks, ask)]);
    expect(two.body.id).toBe(one.body.id);
    expect((await api("POST", forks, { ...ask, name: "other" })).body).toMatchObject({
      full_name: "our-org/other",
      parent: { full_name: "acme/app" },
    });
    expect((await api("GET", forks)).body).toHaveLength(2);
    expect((await api("POST", forks, {})).body).toMatchObject({ full_name: "robin/app" });
  });

  test("gets -1 after a name that is taken", async () => {
    const api = await start({});
    await hub.addRepository({ repo: "our-org/app" });
    expect((await api("POST", forks, ask)).body).toMatchObject({
      full_name: "our-org/app-1",
      parent: { full_name: "acme/app" },
    });
    expect((await api("POST", forks, ask)).body).toMatchObject({ full_name: "our-org/app-1" });
  });

  test("of a fork has its parent and the source", async () => {
    const api = await start({});
    await hub.addRepository({ repo: "globex/app", forkOf: "acme/app" });
    expect((await api("POST", "/repos/globex/app/forks", ask)).body).toMatchObject({
      parent: { full_name: "globex/app" },
      source: { full_name: "acme/app" },
    });
  });

  test("has the default branch alone where that was asked for", async () => {
    const api = await start({});
    await hub.commit("acme/app", { branch: "old", files: { "x.txt": "x\n" } });
    await api("POST", forks, { ...ask, default_branch_only: true });
    expect(Object.keys((await hub.repository("our-org/app"))?.refs ?? {})).toEqual(["refs/heads/main"]);
    await api("POST", forks, { ...ask, name: "whole" });
    expect(Object.keys((await hub.repository("our-org/whole"))?.refs ?? {})).toHaveLength(2);
  });

  test("is refused while too many are in progress", async () => {
    const api = await start({ fork: { emptyMs: 60_000 }, forksInProgress: 2 });
    for (const name of ["b", "c"]) await hub.addRepository({ repo: `acme/${name}` });
    expect((await api("POST", forks, ask)).status).toBe(202);
    expect((await api("POST", "/repos/acme/b/forks", ask)).status).toBe(202);
    expect((await api("POST", "/repos/acme/c/forks", ask)).status).toBe(403);
    await hub.advance(60_000);
    expect((await api("POST", "/repos/acme/c/forks", ask)).status).toBe(202);
  });

  test("is refused where GitHub refuses it", async () => {
    const api = await start({});
    await hub.addRepository({ repo: "acme/empty", commits: [] });
    await hub.addRepository({ repo: "acme/closed", allowForking: false });
    await hub.addRepository({ repo: "acme/secret", private: true });
    await hub.addRepository({ repo: "acme/gone", blocked: true });
    await hub.addOrganization({ login: "partner", members: { robin: "member" } });
    await hub.addRepository({ repo: "partner/secret", private: true });
    await hub.addRepository({ repo: "our-org/own" });
    await hub.addOrganization({ login: "strangers" });
    const message = async (repo: string, body: object = ask): Promise<unknown> => {
      const answer = await api("POST", `/repos/${repo}/forks`, body);
      return `${answer.status} ${answer.body.message}`;
    };
    expect(await message("acme/empty")).toMatch(/^403 .*no Git content/);
    expect(await message("acme/closed")).toMatch(/^403 .*forking is disabled/);
    expect(await message("acme/secret")).toMatch(/^404/);
    expect(await message("acme/none")).toMatch(/^404/);
    expect(await message("acme/gone")).toMatch(/^451 Repository access blocked/);
    await expect(clientGit(null, "ls-remote", `${hub.serverUrl}/acme/gone.git`)).rejects.toThrow("DMCA");
    expect(await message("partner/secret")).toMatch(/^403 .*private/);
    expect(await message("our-org/own")).toMatch(/^403 .*already/);
    expect(await message("acme/app", { organization: "nowhere" })).toMatch(/^422 Validation Failed/);
    expect(await message("acme/app", { organization: "strangers" })).toMatch(/^403/);
    expect((await client(hub)("POST", forks, ask)).status).toBe(401);
  });
});

describe("merge-upstream", () => {
  const sync = "/repos/our-org/app/merge-upstream";

  test("has nothing to do, goes forward, merges, or refuses", async () => {
    const api = await start({});
    await api("POST", forks, ask);
    const asked = { branch: "main" };
    expect((await api("POST", sync, asked)).body).toMatchObject({
      merge_type: "none",
      base_branch: "acme:main",
    });
    const upstream = await hub.commit("acme/app", { files: { "a.txt": "1\n" } });
    expect((await api("POST", sync, asked)).body).toMatchObject({ merge_type: "fast-forward" });
    expect((await hub.repository("our-org/app"))?.refs["refs/heads/main"]).toBe(upstream);
    await hub.commit("acme/app", { files: { "b.txt": "1\n" } });
    await hub.commit("our-org/app", { files: { "c.txt": "1\n" } });
    expect((await api("POST", sync, asked)).body).toMatchObject({ merge_type: "merge" });
    await hub.commit("acme/app", { files: { "a.txt": "theirs\n" } });
    await hub.commit("our-org/app", { files: { "a.txt": "ours\n" } });
    expect((await api("POST", sync, asked)).status).toBe(409);
    expect((await api("POST", sync, { branch: "none" })).status).toBe(404);
    await hub.addRepository({ repo: "our-org/own" });
    expect((await api("POST", "/repos/our-org/own/merge-upstream", asked)).status).toBe(422);
  });

  test("is refused when upstream changed a workflow and the token may not", async () => {
    const api = await start({});
    await api("POST", forks, ask);
    await hub.commit("acme/app", { files: { ".github/workflows/ci.yml": "on: push\n" } });
    expect(await api("POST", sync, { branch: "main" })).toMatchObject({
      status: 422,
      body: {
        message:
          "refusing to allow a Personal Access Token to create or update workflow `.github/workflows/ci.yml` without `workflow` scope",
      },
    });
    const { token } = await hub.addToken({ login: "robin", scopes: ["repo", "workflow"] });
    expect((await client(hub, token)("POST", sync, { branch: "main" })).body).toMatchObject({
      merge_type: "fast-forward",
    });
  });
});
