import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, test } from "vitest";

import { startGitHub } from "./start-github.ts";
import { client } from "./testing/client.ts";
import { clientGit } from "./testing/git.ts";

test("forks, has Actions switched off, takes a push and gives it back", async () => {
  await using hub = await startGitHub();
  await hub.addOrganization({ login: "our-org", members: { robin: "admin" } });
  const { sha } = await hub.addRepository({
    repo: "acme/app",
    language: "Python",
    license: "MIT",
    stars: 1200,
  });
  const { token, id } = await hub.addToken({ login: "robin", scopes: ["repo", "admin:org"] });
  const api = client(hub, token);

  const fork = await api("POST", "/repos/acme/app/forks", { organization: "our-org" });
  expect(fork).toMatchObject({
    status: 202,
    body: { full_name: "our-org/app", parent: { full_name: "acme/app" } },
  });
  expect(await api("PUT", "/repos/our-org/app/actions/permissions", { enabled: false })).toMatchObject({
    status: 204,
  });
  expect((await api("GET", "/repos/our-org/app/actions/permissions")).body).toEqual({ enabled: false });

  const url = fork.body.clone_url as string;
  expect(await clientGit(null, "ls-remote", url, "refs/heads/main")).toContain(sha);
  const work = await mkdtemp(join(tmpdir(), "github-work-"));
  try {
    await clientGit(null, "clone", "--quiet", url, work);
    await writeFile(join(work, "new.txt"), "new\n");
    await clientGit(null, "-C", work, "add", ".");
    await clientGit(null, "-C", work, "commit", "--quiet", "-m", "New");
    await expect(clientGit(null, "-C", work, "push", "origin", "HEAD:refs/heads/new")).rejects.toThrow(
      "could not read Username",
    );
    await clientGit(token, "-C", work, "push", "--quiet", "origin", "HEAD:refs/heads/new");
    const head = await clientGit(null, "-C", work, "rev-parse", "HEAD");
    expect((await hub.repository("our-org/app"))?.refs["refs/heads/new"]).toBe(head);
  } finally {
    await rm(work, { recursive: true, force: true });
  }

  const found = await api("GET", "/search/repositories?q=language:python+stars:1000..2000");
  expect(found.body).toMatchObject({ total_count: 1, items: [{ full_name: "acme/app" }] });
  expect(await hub.workflowRuns()).toEqual([]);
  expect(await hub.mismatches()).toEqual([]);
  const calls = await hub.calls();
  expect(calls.find((call) => call.method === "POST" && call.path.endsWith("/forks"))).toMatchObject({
    status: 202,
    token: id,
  });
  expect(JSON.stringify(calls)).not.toContain(token);
});

test("says what a request lacks, in GitHub's terms", async () => {
  await using hub = await startGitHub();
  await hub.addRepository({ repo: "acme/app" });
  const { token } = await hub.addToken({ login: "robin" });
  const api = client(hub, token);
  expect(await api("POST", "/repos/acme/app/forks", { organization: 5 })).toMatchObject({
    status: 422,
    body: { message: expect.stringContaining("organization must be string") },
  });
  expect(await api("GET", "/search/repositories?q=x&sort=size")).toMatchObject({ status: 400 });
  expect((await hub.mismatches()).map(({ side, path }) => `${side} ${path}`)).toEqual([
    "request /api/v3/repos/acme/app/forks",
    "request /api/v3/search/repositories",
  ]);
});
