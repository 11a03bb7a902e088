import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";

import type { CommitSeed } from "../seeds.ts";
import { git } from "./run-git.ts";

/** Makes a bare repository with the commits, oldest first. */
export async function makeRepository(
  folder: string,
  defaultBranch: string,
  commits: readonly CommitSeed[],
): Promise<void> {
  await makeEmpty(folder, defaultBranch);
  if (commits.length > 0) await addCommits(folder, defaultBranch, commits);
}

/** Makes a bare repository without a commit. */
export async function makeEmpty(folder: string, defaultBranch: string): Promise<void> {
  await mkdir(dirname(folder), { recursive: true });
  await git(["init", "--quiet", "--bare", "--template=", `--initial-branch=${defaultBranch}`, folder]);
}

/** Copies a repository; returns its default branch. */
export async function copyRepository(from: string, folder: string, branch?: string): Promise<string> {
  await mkdir(dirname(folder), { recursive: true });
  const one = branch === undefined ? [] : ["--single-branch", "--no-tags", `--branch=${branch}`];
  await git(["clone", "--quiet", "--bare", "--template=", ...one, from, folder]);
  await git(["remote", "remove", "origin"], { folder });
  return await git(["symbolic-ref", "--short", "HEAD"], { folder });
}

/** Adds commits with one run of `git fast-import`. */
export async function addCommits(
  folder: string,
  defaultBranch: string,
  commits: readonly CommitSeed[],
): Promise<void> {
  const parts: Buffer[] = [];
  const say = (text: string): void => void parts.push(Buffer.from(text));
  const data = (text: string): void => say(`data ${Buffer.byteLength(text)}\n${text}\n`);
  const tips = new Map<string, string>();
  for (const commit of commits) {
    const branch = commit.branch ?? defaultBranch;
    const ref = `refs/heads/${branch}`;
    const seconds = Math.floor(Date.parse(commit.date ?? new Date().toISOString()) / 1000);
    const { name, email } = commit.author ?? { name: "Robin Doe", email: "robin@example.com" };
    say(`commit ${ref}\nauthor ${name} <${email}> ${seconds} +0000\n`);
    say(`committer ${name} <${email}> ${seconds} +0000\n`);
    data(commit.message ?? "Change files");
    if (!tips.has(ref)) {
      const tip = await startOf(folder, branch, defaultBranch);
      if (tip !== null) say(`from ${tip}\n`);
      tips.set(ref, ref);
    }
    for (const [path, content] of Object.entries(commit.files)) {
      if (content === null) say(`D ${JSON.stringify(path)}\n`);
      else {
        say(`M 100644 inline ${JSON.stringify(path)}\n`);
        data(content);
      }
    }
    say("\n");
  }
  await git(["fast-import", "--quiet", "--done"], {
    folder,
    input: Buffer.concat([...parts, Buffer.from("done\n")]),
  });
}

/** A new branch begins at the default branch. */
async function startOf(folder: string, branch: string, defaultBranch: string): Promise<string | null> {
  for (const name of [branch, defaultBranch]) {
    const sha = await git(["rev-parse", "--verify", "--quiet", `refs/heads/${name}`], { folder }).catch(
      () => null,
    );
    if (sha !== null) return sha;
  }
  return null;
}
