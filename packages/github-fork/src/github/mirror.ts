import { rename } from "node:fs/promises";
import { dirname, join } from "node:path";

import { ForkError } from "../errors.ts";
import { git, runGit } from "../git/run-git.ts";
import type { GitCall } from "../git/start-git.ts";
import { temporaryFolder } from "../git/temporary-folder.ts";
import type { Fork } from "../provider.ts";
import { remoteBranch, remoteFailure } from "./remote-branch.ts";
import { turnstile, type Turnstile } from "./turnstile.ts";

const doors = new Map<string, Turnstile>();

export interface MirrorRequest {
  /** Where the bare repository is kept. */
  readonly path: string;
  /** The fork's URL for git. */
  readonly url: string;
  readonly fork: Fork;
  /** Branches to have beside the base, with the commit that each has on the fork. */
  readonly branches?: readonly string[];
  readonly tags?: boolean;
}

/**
 * Brings a bare repository of our own up to the fork: its default branch, what is asked for, and the base. It is what pushes
 * and lists come from; nothing but git's own transport writes into it, and nothing of it is ever run.
 *
 * @param call without a credential's token in any file: `remote` alone is given one
 */
export async function updateMirror(request: MirrorRequest, call: GitCall, remote: GitCall): Promise<void> {
  const { path, url, fork, branches = [], tags = false } = request;
  let door = doors.get(path);
  if (door === undefined) doors.set(path, (door = turnstile()));
  using _ = await door.enter(call.signal);
  const here = { ...remote, gitDir: path };
  await makeMirror(path, call);
  const local = { ...call, gitDir: path };
  const refspecs = [...new Set([fork.defaultBranch, ...branches])].map(
    (branch) => `+refs/heads/${branch}:refs/heads/${branch}`,
  );
  if (tags) refspecs.push("+refs/tags/*:refs/tags/*");
  await fetchInto(refspecs, url, here);
  await git(["symbolic-ref", "HEAD", `refs/heads/${fork.defaultBranch}`], local);
  if (await hasCommit(fork.baseSha, local)) return;
  // The default branch was moved back: the base is asked for by its own name.
  const fetched = await runGit(["fetch", "--quiet", "--no-tags", "--", url, fork.baseSha], here);
  if (fetched.exitCode === 0 && (await hasCommit(fork.baseSha, local))) return;
  throw new ForkError(
    "git_failed",
    `The base ${fork.baseSha} of the run is not on ${fork.forkRepo} any more: somebody rewrote its ${fork.defaultBranch}. Restore it, or begin a new run.`,
    { repo: fork.repo },
  );
}

/** The branch's commit on the fork, fetched into the mirror; null: there is no such branch. */
export async function fetchBranch(
  request: MirrorRequest,
  branch: string,
  call: GitCall,
  remote: GitCall,
): Promise<string | null> {
  const tip = await remoteBranch(request.url, branch, remote);
  if (tip === null) return null;
  // Commits do not change: what is here already is not fetched again.
  const local = { ...call, gitDir: request.path };
  if ((await hasCommit(tip, local)) && (await hasCommit(request.fork.baseSha, local))) return tip;
  await updateMirror({ ...request, branches: [branch] }, call, remote);
  return tip;
}

async function fetchInto(refspecs: readonly string[], url: string, here: GitCall): Promise<void> {
  const args = ["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--force", "--", url, ...refspecs];
  const { exitCode, stderr } = await runGit(args, here);
  if (exitCode !== 0) throw remoteFailure(args, exitCode, stderr, here.repo);
}

const hasCommit = async (sha: string, local: GitCall): Promise<boolean> =>
  (await runGit(["cat-file", "-e", `${sha}^{commit}`], local)).exitCode === 0;

async function makeMirror(path: string, call: GitCall): Promise<void> {
  if ((await runGit(["rev-parse", "--is-bare-repository"], { ...call, gitDir: path })).stdout === "true")
    return;
  await using folder = await temporaryFolder(dirname(path));
  const made = join(folder.path, "mirror.git");
  await git(["init", "--quiet", "--bare", "--template=", made], call);
  try {
    await rename(made, path);
  } catch (error) {
    // Another process was faster.
    if (!["EEXIST", "ENOTEMPTY"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
  }
}
