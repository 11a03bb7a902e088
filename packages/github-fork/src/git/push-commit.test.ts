import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { makeUpstream, type UpstreamRepository } from "../testing/make-upstream.ts";
import { testGit } from "../testing/test-git.ts";
import { pushCommit } from "./push-commit.ts";
import { runGit } from "./run-git.ts";

// The branch moves between the look and the push: here the look is simply out of date.

let folder: string;
let source: UpstreamRepository;
let to: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "push-commit-"));
  source = await makeUpstream(join(folder, "source"));
  to = join(folder, "to.git");
  await testGit(folder, "clone", "-q", "--bare", source.path, to);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const push = async (revision: string, seen: string | null): Promise<void> =>
  await pushCommit(
    {
      repo: "acme/app",
      from: join(source.path, ".git"),
      to,
      branch: "opt",
      sha: await source.git("rev-parse", revision),
      seen: seen === null ? null : await source.git("rev-parse", seen),
      look: async () =>
        (await runGit(["rev-parse", "--verify", "refs/heads/opt"], { gitDir: to })).stdout || null,
    },
    {},
  );
const branchSha = (): Promise<string> => testGit(to, "rev-parse", "refs/heads/opt");

test("a branch that was thought absent is left alone", async () => {
  await push("main~1", null);
  await expect(push("main", null)).rejects.toMatchObject({
    code: "push_rejected",
    message: expect.stringContaining("moved meanwhile (it was absent"),
  });
  expect(await branchSha()).toBe(await source.git("rev-parse", "main~1"));
});

test("a branch that moved, or went, is left alone, and nothing else is written", async () => {
  const other = await source.git("commit-tree", "-m", "Other", "HEAD^{tree}");
  await push("main~1", null);
  await expect(push("main", "main~2")).rejects.toMatchObject({ code: "push_rejected" });
  await expect(push(other, "main")).rejects.toMatchObject({ code: "push_rejected" });
  expect(await testGit(to, "for-each-ref", "refs/universe")).toBe("");
  await testGit(to, "update-ref", "-d", "refs/heads/opt");
  await expect(push("main", "main~1")).rejects.toMatchObject({ code: "push_rejected" });
});

test("somebody pushed the same commit meanwhile: that is what was wanted", async () => {
  await push("main", null);
  await push("main", null);
  await push("main", "main~2");
  expect(await branchSha()).toBe(source.head);
});

test("a lock that another push left is told as such", async () => {
  await testGit(to, "config", "core.filesRefLockTimeout", "50");
  await mkdir(join(to, "refs", "heads"), { recursive: true });
  await writeFile(join(to, "refs", "heads", "opt.lock"), "");
  await expect(push("main", null)).rejects.toMatchObject({
    name: "ForkError",
    code: "push_rejected",
  });
});

test("hooks of the target do not run", async () => {
  await mkdir(join(to, "hooks"), { recursive: true });
  await writeFile(join(to, "hooks", "pre-receive"), "#!/bin/sh\nexit 1\n", { mode: 0o755 });
  await push("main", null);
  expect(await branchSha()).toBe(source.head);
});
