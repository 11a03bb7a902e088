import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { type GitHubServer, startGitHub } from "../start-github.ts";
import type { UsageItem } from "../state/records.ts";
import { type Client, client } from "../testing/client.ts";

let hub: GitHubServer;
let api: Client;
let first: string;

const workflow = "on: push\n";

beforeEach(async () => {
  hub = await startGitHub();
  await hub.addOrganization({ login: "our-org", name: "Our Org", members: { robin: "admin" } });
  const files = {
    "README.md": "# app\n",
    LICENSE: "MIT\n",
    "src/a b.py": "print(1)\n",
    ".github/workflows/ci.yml": workflow,
  };
  const commits = [
    { message: "First", files, date: "2026-01-01T00:00:00Z" },
    {
      message: "Second\n\nWith a body.",
      files: { "CONTRIBUTING.md": "Welcome.\n", "src/a b.py": "print(2)\n" },
    },
  ];
  first =
    (
      await hub.addRepository({
        repo: "acme/app",
        license: "MIT",
        language: "Python",
        topics: ["web"],
        commits,
      })
    ).sha ?? "";
  const { token } = await hub.addToken({ login: "robin", scopes: ["repo", "admin:org", "delete_repo"] });
  api = client(hub, token);
});
afterEach(async () => {
  // Whatever was answered, GitHub could have said it.
  const mismatches = await hub.mismatches();
  await hub.dispose();
  expect(mismatches).toEqual([]);
});

const get = async (path: string, headers?: Record<string, string>): Promise<Awaited<ReturnType<Client>>> =>
  await api("GET", path, undefined, headers);

describe("repositories", () => {
  test("say what they are, and where they went", async () => {
    expect(await get("/repos/ACME/app")).toMatchObject({
      status: 200,
      body: {
        full_name: "acme/app",
        fork: false,
        archived: false,
        license: { spdx_id: "MIT" },
        language: "Python",
      },
    });
    expect(await get("/repos/acme/none")).toMatchObject({ status: 404, body: { message: "Not Found" } });
    await hub.renameRepository("acme/app", "globex/engine");
    const moved = await get("/repos/acme/app/branches?per_page=1");
    expect(moved.status).toBe(301);
    const to = moved.headers.get("location") ?? "";
    expect(to).toMatch(/\/api\/v3\/repositories\/\d+\/branches\?per_page=1$/);
    expect(await get(to.slice(hub.apiUrl.length))).toMatchObject({ status: 200, body: [{ name: "main" }] });
    expect(await api("POST", "/repos/acme/app/forks", {})).toMatchObject({ status: 307 });
  });

  test("hide what is private", async () => {
    await hub.changeRepository("acme/app", { private: true });
    expect((await get("/repos/acme/app")).status).toBe(404);
    expect((await get("/search/repositories?q=app")).body).toMatchObject({ total_count: 0 });
  });

  test("are listed by owner, changed and removed", async () => {
    await hub.addRepository({ repo: "our-org/tool" });
    await hub.addRepository({ repo: "our-org/zebra", forkOf: "acme/app" });
    const page = await get("/orgs/our-org/repos?per_page=1");
    expect(page.body).toHaveLength(1);
    expect(page.headers.get("link")).toContain('page=2>; rel="next"');
    expect((await get("/orgs/our-org/repos?type=forks")).body).toMatchObject([{ name: "zebra", fork: true }]);
    expect(await api("PATCH", "/repos/our-org/tool", { archived: true })).toMatchObject({
      body: { archived: true },
    });
    expect(await api("DELETE", "/repos/our-org/tool")).toMatchObject({ status: 204 });
    expect((await get("/repos/our-org/tool")).status).toBe(404);
    expect((await api("DELETE", "/repos/acme/app")).status).toBe(403);
  });
});

describe("commits and contents", () => {
  test("are git's own", async () => {
    const commits = await get("/repos/acme/app/commits?per_page=1");
    expect(commits.body).toMatchObject([{ sha: first, commit: { message: "Second\n\nWith a body." } }]);
    expect(commits.headers.get("link")).toContain('rel="last"');
    expect((await get(`/repos/acme/app/commits?path=LICENSE&until=2026-02-01T00:00:00Z`)).body).toHaveLength(
      1,
    );
    expect((await get("/repos/acme/app/commits/main")).body).toMatchObject({
      sha: first,
      files: [{}, {}],
      stats: { total: 3 },
    });
    expect((await get("/repos/acme/app/commits/main", { accept: "application/vnd.github.sha" })).body).toBe(
      first,
    );
    expect((await get("/repos/acme/app/commits/nothing")).status).toBe(422);
    expect((await get("/repos/acme/app/git/ref/heads/main")).body).toMatchObject({ object: { sha: first } });
    expect((await get("/repos/acme/app/git/ref/heads%2Fmain")).status).toBe(200);
    expect((await get("/repos/acme/app/branches/main")).body).toMatchObject({ commit: { sha: first } });
    expect((await get("/repos/acme/app/branches/none")).status).toBe(404);
  });

  test("files, folders, raw text, trees and blobs", async () => {
    const file = await get("/repos/acme/app/contents/src/a%20b.py");
    expect(Buffer.from(file.body.content as string, "base64").toString()).toBe("print(2)\n");
    expect(
      (
        await get("/repos/acme/app/contents/src/a%20b.py?ref=main", {
          accept: "application/vnd.github.raw+json",
        })
      ).body,
    ).toBe("print(2)\n");
    expect((await get("/repos/acme/app/contents/src")).body).toMatchObject([
      { type: "file", path: "src/a b.py" },
    ]);
    expect((await get("/repos/acme/app/contents/")).body).toHaveLength(5);
    expect((await get("/repos/acme/app/contents/none")).status).toBe(404);
    expect((await get("/repos/acme/app/readme")).body).toMatchObject({ name: "README.md" });
    const tree = await get("/repos/acme/app/git/trees/main?recursive=1");
    expect(tree.body.tree.map((entry: { path: string }) => entry.path)).toContain(".github/workflows/ci.yml");
    expect((await get(`/repos/acme/app/git/blobs/${file.body.sha}`)).body).toMatchObject({ size: 9 });
  });

  test("community files, licence, languages, topics, workflows", async () => {
    const profile = await get("/repos/acme/app/community/profile");
    expect(profile.body.files).toMatchObject({
      contributing: { html_url: expect.stringContaining("CONTRIBUTING.md") },
      code_of_conduct: null,
      license: { spdx_id: "MIT" },
    });
    expect((await get("/repos/acme/app/license")).body).toMatchObject({ license: { key: "mit" } });
    expect((await get("/repos/acme/app/languages")).body).toEqual({ Python: 1024 });
    expect((await get("/repos/acme/app/topics")).body).toEqual({ names: ["web"] });
    expect((await get("/repos/acme/app/actions/workflows")).body).toMatchObject({
      total_count: 1,
      workflows: [{ path: ".github/workflows/ci.yml" }],
    });
    expect((await get("/repos/acme/app/actions/runs")).body).toMatchObject({ total_count: 0 });
  });

  test("comparison, within a repository and with its fork", async () => {
    await api("POST", "/repos/acme/app/forks", { organization: "our-org" });
    await hub.commit("our-org/app", {
      branch: "codeflash/optimize",
      message: "Faster",
      files: { "x.py": "1\n" },
    });
    const own = await get("/repos/our-org/app/compare/main...codeflash%2Foptimize");
    expect(own.body).toMatchObject({
      status: "ahead",
      ahead_by: 1,
      behind_by: 0,
      commits: [{ commit: { message: "Faster" } }],
      files: [{ filename: "x.py", status: "added" }],
    });
    const across = await get("/repos/acme/app/compare/main...our-org:codeflash%2Foptimize");
    expect(across.body).toMatchObject({ status: "ahead", ahead_by: 1 });
    expect((await get("/repos/our-org/app/compare/main...main")).body).toMatchObject({ status: "identical" });
    expect((await get("/repos/our-org/app/compare/main...none")).status).toBe(404);
  });

  test("refs are made, moved and removed", async () => {
    await api("POST", "/repos/acme/app/forks", { organization: "our-org" });
    const next = await hub.commit("our-org/app", { branch: "next", files: { "y.py": "1\n" } });
    const refs = "/repos/our-org/app/git/refs";
    expect((await api("POST", refs, { ref: "refs/heads/a/b", sha: first })).status).toBe(201);
    expect((await api("POST", refs, { ref: "refs/heads/a/b", sha: first })).status).toBe(422);
    expect((await api("PATCH", `${refs}/heads/a/b`, { sha: next })).body).toMatchObject({
      object: { sha: next },
    });
    expect((await api("PATCH", `${refs}/heads/a/b`, { sha: first })).body).toMatchObject({
      message: "Update is not a fast forward",
    });
    expect((await get("/repos/our-org/app/git/matching-refs/heads/a")).body).toHaveLength(1);
    expect((await api("DELETE", `${refs}/heads/a/b`)).status).toBe(204);
    expect((await api("POST", "/repos/acme/app/git/refs", { ref: "refs/heads/x", sha: first })).status).toBe(
      403,
    );
  });
});

describe("pull requests", () => {
  test("on the fork: made once, listed, found by search, closed", async () => {
    await api("POST", "/repos/acme/app/forks", { organization: "our-org" });
    await hub.commit("our-org/app", { branch: "codeflash/optimize", files: { "x.py": "1\n" } });
    const pulls = "/repos/our-org/app/pulls";
    const ask = { title: "Faster", head: "codeflash/optimize", base: "main", body: "Look." };
    expect((await api("POST", pulls, { ...ask, head: "none" })).status).toBe(422);
    const made = await api("POST", pulls, ask);
    expect(made).toMatchObject({
      status: 201,
      body: { number: 1, commits: 1, additions: 1, user: { login: "robin" } },
    });
    expect(await api("POST", pulls, ask)).toMatchObject({
      status: 422,
      body: { errors: [{ message: "A pull request already exists for our-org:codeflash/optimize." }] },
    });
    expect((await get(`${pulls}?head=our-org:codeflash/optimize`)).body).toHaveLength(1);
    const moved = await hub.commit("our-org/app", { branch: "codeflash/optimize", files: { "z.py": "1\n" } });
    expect((await get(`${pulls}/1`)).body).toMatchObject({ commits: 2, head: { sha: moved } });
    expect((await get("/search/issues?q=is:pr+org:our-org+is:open")).body).toMatchObject({
      total_count: 1,
      items: [{ title: "Faster" }],
    });
    expect((await api("PATCH", `${pulls}/1`, { state: "closed" })).body).toMatchObject({ state: "closed" });
    expect((await get("/search/issues?q=is:pr+org:our-org+is:open")).body).toMatchObject({ total_count: 0 });
    expect((await get(`${pulls}?state=all`)).body).toHaveLength(1);
  });
});

describe("accounts", () => {
  test("user, organization, memberships and limits", async () => {
    expect((await get("/user")).body).toMatchObject({ login: "robin", type: "User" });
    expect((await get("/user")).headers.get("x-oauth-scopes")).toBe("repo, admin:org, delete_repo");
    expect((await get("/users/acme")).body).toMatchObject({ type: "Organization" });
    expect((await get("/orgs/our-org")).body).toMatchObject({ name: "Our Org" });
    expect((await get("/orgs/robin")).status).toBe(404);
    expect((await get("/user/memberships/orgs/our-org")).body).toMatchObject({
      role: "admin",
      state: "active",
    });
    expect((await get("/orgs/our-org/memberships/robin")).status).toBe(200);
    expect((await get("/user/orgs")).body).toMatchObject([{ login: "our-org" }]);
    const before = (await get("/rate_limit")).body.rate.used as number;
    expect((await get("/rate_limit")).body).toMatchObject({
      rate: { limit: 5000, used: before },
      resources: { search: { limit: 30 } },
    });
  });

  test("bills by year, month and day, and the old address is gone", async () => {
    const item = (date: string, quantity: number): UsageItem => ({
      date,
      product: "Actions",
      sku: "Actions Linux",
      quantity,
      unitType: "Minutes",
      pricePerUnit: 0.008,
      grossAmount: quantity * 0.008,
      discountAmount: 0,
      netAmount: quantity * 0.008,
      organizationName: "our-org",
    });
    await hub.addUsage("our-org", [
      item("2026-03-01T00:00:00Z", 10),
      item("2026-03-02T00:00:00Z", 2.5),
      item("2026-04-02T00:00:00Z", 7),
    ]);
    const usage = "/organizations/our-org/settings/billing/usage";
    expect((await get(`${usage}?year=2026&month=3`)).body.usageItems).toHaveLength(2);
    expect((await get(`${usage}?year=2026&month=3&day=2`)).body.usageItems).toMatchObject([
      { quantity: 2.5 },
    ]);
    expect((await get(`${usage}?year=2025`)).body.usageItems).toEqual([]);
    expect((await get("/orgs/our-org/settings/billing/actions")).status).toBe(410);
    const { token } = await hub.addToken({
      login: "robin",
      permissions: { organization_administration: "read" },
    });
    expect((await client(hub, token)("GET", usage)).status).toBe(403);
  });
});
