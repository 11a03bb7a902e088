import { existsSync } from "node:fs";
import { join } from "node:path";

import { ProverError } from "../errors.ts";
import { git, runGit } from "./git.ts";

/** A bare copy of the pushed repository; every worktree is made from it. */
export interface Clone {
  readonly folder: string;
  readonly head: string;
  readonly base: string;
}

const COMMIT = /^[0-9a-f]{40}$/;

/**
 * Clones what was pushed and checks that the branch is there, holds `head`, and begins at `base`. Throws `repository` where it does
 * not: then nothing can be proven. A clone that is there already is brought up to date, so that a killed prover goes on.
 */
export async function cloneRepository(options: {
  readonly repository: string;
  readonly branch: string;
  readonly head: string;
  readonly base: string;
  readonly workDir: string;
  readonly signal?: AbortSignal | undefined;
}): Promise<Clone> {
  const { signal, head, base, branch } = options;
  for (const [name, commit] of [
    ["head", head],
    ["base", base],
  ] as const) {
    if (!COMMIT.test(commit))
      throw new ProverError("bad_request", `${name} must be 40 hex digits, found ${commit.slice(0, 60)}.`);
  }
  if (options.repository.startsWith("-")) {
    throw new ProverError(
      "bad_request",
      `The repository must be a path or a URL, found ${options.repository}.`,
    );
  }
  const folder = join(options.workDir, "repo.git");
  const long = { signal, timeoutMs: 1_800_000 };
  if (existsSync(folder)) {
    await git(["fetch", "-q", "--prune", "--force", "origin", "+refs/*:refs/*"], { ...long, cwd: folder });
  } else {
    await git(["clone", "-q", "--mirror", "--", options.repository, folder], long);
  }
  const has = await runGit(["rev-parse", "-q", "--verify", `refs/heads/${branch}^{commit}`], {
    cwd: folder,
    signal,
  });
  if (has.exitCode !== 0) {
    throw new ProverError("repository", `The repository has no branch ${branch}: push it, then prove again.`);
  }
  await requireAncestor(
    folder,
    head,
    has.stdout.trim(),
    `The pushed branch ${branch} does not hold the commit ${head}: push it, then prove again.`,
    signal,
  );
  await requireAncestor(
    folder,
    base,
    head,
    `${base} is no ancestor of ${head}: name the commit where the branch began.`,
    signal,
  );
  return { folder, head, base };
}

async function requireAncestor(
  folder: string,
  older: string,
  newer: string,
  message: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (!(await isAncestor(folder, older, newer, signal))) throw new ProverError("repository", message);
}

/** Whether `older` is `newer` or an ancestor of it. False where one of the two is missing. */
export async function isAncestor(
  folder: string,
  older: string,
  newer: string,
  signal?: AbortSignal,
): Promise<boolean> {
  return (
    (await runGit(["merge-base", "--is-ancestor", older, newer], { cwd: folder, signal })).exitCode === 0
  );
}
