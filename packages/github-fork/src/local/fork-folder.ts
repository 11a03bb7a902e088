import { lstat } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { ForkError } from "../errors.ts";
import { git, runGit } from "../git/run-git.ts";
import type { GitCall } from "../git/start-git.ts";
import { checkBranch, checkSha } from "../names.ts";
import type { Fork } from "../provider.ts";

export async function isTaken(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => null)) !== null;
}

/** The parent that the repository in `path` remembers; null: it is no fork of ours. */
export async function parentOf(path: string, call: GitCall): Promise<string | null> {
  const config = ["config", "--file", join(path, "config"), "--null", "--get", "universe.parent"];
  const { exitCode, stdout } = await runGit(config, call);
  return exitCode === 0 ? stdout.replace(/\0$/, "") : null;
}

/** The facts of the fork in `path`, as git answers them now. */
export async function readFork(
  path: string,
  about: { readonly repo: string; readonly forkRepo: string; readonly parent: string },
  call: GitCall,
): Promise<Fork> {
  const here = { ...call, gitDir: path };
  const head = await git(["symbolic-ref", "HEAD"], here);
  const baseSha = await git(["rev-parse", "--verify", "HEAD^{commit}"], here);
  const defaultBranch = head.replace(/^refs\/heads\//, "");
  checkBranch(defaultBranch);
  checkSha(baseSha);
  return { ...about, webUrl: pathToFileURL(path).href, cloneUrl: null, defaultBranch, baseSha };
}

/** The branch's commit; null: no such branch. Throws `git_failed` when the fork itself is not there. */
export async function readBranch(path: string, branch: string, call: GitCall): Promise<string | null> {
  if (!(await isTaken(path))) {
    throw new ForkError("git_failed", `The fork ${path} is gone. Fork again, or restore the folder.`, {
      repo: call.repo,
    });
  }
  const args = ["rev-parse", "--verify", "--quiet", "--end-of-options", `refs/heads/${branch}^{commit}`];
  const { exitCode, stdout, stderr } = await runGit(args, { ...call, gitDir: path });
  if (exitCode === 0) return stdout;
  if (exitCode === 1) return null;
  throw new ForkError("git_failed", `The fork ${path} cannot be read: ${stderr}`, {
    repo: call.repo,
  });
}
