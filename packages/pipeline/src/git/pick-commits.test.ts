import { execFile } from "node:child_process";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, it } from "vitest";
import { pickCommits } from "./pick-commits.ts";

const exec = promisify(execFile);
const { signal } = new AbortController();
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "pick-"));
  await git("init", "-q", "-b", "main");
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function git(...args: readonly string[]): Promise<string> {
  const env = {
    PATH: process.env["PATH"] ?? "",
    HOME: folder,
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_AUTHOR_NAME: "Agent Smith",
    GIT_AUTHOR_EMAIL: "smith@example.com",
    GIT_AUTHOR_DATE: "2026-01-02T03:04:05+0200",
    GIT_COMMITTER_NAME: "Robin Doe",
    GIT_COMMITTER_EMAIL: "robin@example.com",
    GIT_COMMITTER_DATE: "2026-01-02T03:04:06+0200",
  };
  return (await exec("git", [...args], { cwd: folder, env })).stdout.trim();
}

/** Commits a file and returns the commit. */
async function commit(name: string, text: string, message = `Change ${name}`): Promise<string> {
  await writeFile(join(folder, name), text);
  await git("add", ".");
  await git("-c", "i18n.commitEncoding=ISO-8859-1", "commit", "-q", "--allow-empty", "-m", message);
  return await git("rev-parse", "HEAD");
}

const LINES = "one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\n";

it("leaves commits out and keeps the others' authors, dates and messages, whatever the repository plants", async () => {
  const base = await commit("a.txt", LINES, "First");
  const first = await commit("a.txt", LINES.replace("one", "1"), "One");
  await commit("b.txt", "left out", "Left out");
  const last = await commit(
    "a.txt",
    LINES.replace("one", "1").replace("eight", "8"),
    "Eight\n\nWith a bödy.",
  );
  await writeFile(join(folder, ".git", "hooks", "post-commit"), `#!/bin/sh\ntouch '${folder}/ran'\n`);
  await chmod(join(folder, ".git", "hooks", "post-commit"), 0o755);

  const picked = await pickCommits(folder, base, [first, last], signal);
  expect(await pickCommits(folder, base, [first, last], signal)).toEqual(picked);
  const sha = picked.kind === "picked" ? picked.sha : "";
  // The first has the base as its parent: it stays itself.
  expect(await git("rev-parse", `${sha}^`)).toBe(first);
  expect(await git("ls-tree", "--name-only", sha)).toBe("a.txt");
  expect(await git("show", `${sha}:a.txt`)).toBe(LINES.replace("one", "1").replace("eight", "8").trim());
  const format = "--format=%an|%ae|%aI|%cn|%ce|%cI|%B";
  expect(await git("log", "-1", format, sha)).toBe(await git("log", "-1", format, last));
  await expect(exec("ls", [join(folder, "ran")])).rejects.toThrow();
  await git("fsck", "--strict");
});

it("says which commit does not stand alone", async () => {
  const base = await commit("a.txt", LINES, "First");
  await commit("a.txt", LINES.replace("one", "uno"), "Left out");
  const second = await commit("a.txt", LINES.replace("one", "eins"), "On top of it");
  expect(await pickCommits(folder, base, [second], signal)).toEqual({
    kind: "does_not_apply",
    commit: second,
    reason: "it conflicts",
  });
  await commit("a.txt", LINES, "Back");
  const empty = await commit("a.txt", LINES, "Nothing");
  expect(await pickCommits(folder, base, [empty], signal)).toMatchObject({ reason: "nothing of it is left" });
  await git("checkout", "-q", "-b", "side", base);
  await commit("c.txt", "c");
  await git("merge", "-q", "--no-ff", "-m", "Merge", "main");
  const merge = await git("rev-parse", "HEAD");
  expect(await pickCommits(folder, base, [merge], signal)).toMatchObject({
    reason: "it is no change of one parent",
  });
});

it("drops a signature, which would be wrong", async () => {
  const base = await commit("a.txt", LINES, "First");
  await commit("b.txt", "left out");
  const plain = await commit("a.txt", LINES.replace("two", "2"), "Signed");
  const text = await git("cat-file", "commit", plain);
  const signed = text.replace(
    "\n\n",
    "\ngpgsig -----BEGIN PGP SIGNATURE-----\n \n made up\n -----END PGP SIGNATURE-----\n\n",
  );
  await writeFile(join(folder, "signed"), `${signed}\n`);
  const sha = await git("hash-object", "-t", "commit", "-w", "signed");
  const picked = await pickCommits(folder, base, [sha], signal);
  const made = await git("cat-file", "commit", picked.kind === "picked" ? picked.sha : "");
  expect(made).not.toContain("SIGNATURE");
  expect(made).toContain("Signed");
});
