import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { ProverError } from "./errors.ts";
import { git, runGit } from "./git/git.ts";

/** Where a pushed branch stands, and where it began. Both have 40 hex digits. */
export interface BranchFacts {
  readonly head: string;
  readonly base: string;
}

/**
 * Finds a branch's head and, as its base, where it left the default branch, for a proof without a campaign. `repository` is a path or a git URL. Throws
 * `repository` where there is no such branch, or no commit in common.
 */
export async function resolveBranch(
  repository: string,
  branch: string,
  signal?: AbortSignal,
): Promise<BranchFacts> {
  if (repository.startsWith("-") || branch.startsWith("-"))
    throw new ProverError("bad_request", "A repository or branch cannot begin with '-'.");
  const folder = await mkdtemp(join(tmpdir(), "universe-branch-"));
  try {
    const clone = join(folder, "r.git");
    const long = { signal, timeoutMs: 1_800_000 };
    // Commits and trees only: no file is looked at. A server that cannot leave files out sends them.
    await git(["clone", "-q", "--bare", "--filter=blob:none", "--", repository, clone], long);
    const head = await runGit(["rev-parse", "-q", "--verify", `refs/heads/${branch}^{commit}`], {
      cwd: clone,
      signal,
    });
    if (head.exitCode !== 0)
      throw new ProverError(
        "repository",
        `The repository has no branch ${branch}. Name another with --branch.`,
      );
    const base = await runGit(["merge-base", "HEAD", head.stdout.trim()], { cwd: clone, signal });
    if (base.exitCode !== 0)
      throw new ProverError(
        "repository",
        `The branch ${branch} has no commit in common with the default branch.`,
      );
    return { head: head.stdout.trim(), base: base.stdout.trim() };
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}
