import { ForkError } from "../errors.ts";
import { runGit } from "./run-git.ts";
import { gitFailed, type GitCall, type GitCredential } from "./start-git.ts";

export interface CommitPush {
  readonly repo: string;
  /** The bare repository that has the commit. */
  readonly from: string;
  /** The fork's path or URL. */
  readonly to: string;
  readonly branch: string;
  readonly sha: string;
  /** The branch's commit when it was looked at last; null: there was no branch. */
  readonly seen: string | null;
  /** Looks at the branch again, after a push that failed. */
  readonly look: () => Promise<string | null>;
  /** What the push alone is given, where the fork is on a server. */
  readonly credential?: GitCredential | undefined;
  /** What git's words mean where the fork is; null: nothing special. */
  readonly explain?: (stderr: string) => ForkError | null;
  /** The error for whatever else git said. Default: `git_failed` with its words. */
  readonly failed?: typeof gitFailed;
}

/**
 * Moves the fork's branch from `seen` to `sha`, or not at all. A history that the new one does not contain is kept as
 * `refs/universe/previous/<branch>/<its commit>`, in the same atomic push, so nothing is ever lost. Throws
 * `push_rejected` when the branch was not at `seen` any more.
 */
export async function pushCommit(push: CommitPush, from: GitCall): Promise<void> {
  const { repo, branch, sha, seen, to } = push;
  const call = { ...from, gitDir: push.from };
  const ref = `refs/heads/${branch}`;
  const refspecs = [`${sha}:${ref}`];
  if (seen !== null && !(await contains(sha, seen, call))) {
    refspecs.push(`${seen}:refs/universe/previous/${branch}/${seen}`);
  }
  const lease = `--force-with-lease=${ref}:${seen ?? ""}`; // an empty one: the branch must not exist
  const args = ["push", "--quiet", "--atomic", "--no-verify", lease, "--", to, ...refspecs];
  const { exitCode, stderr } = await runGit(args, { ...call, credential: push.credential });
  if (exitCode === 0) return;

  const now = await push.look();
  if (now === sha) return; // somebody pushed the very same commit
  const explained = push.explain?.(stderr) ?? null;
  if (explained !== null) throw explained;
  if (now !== seen || /\[(remote )?rejected\]/.test(stderr)) {
    const was = seen ?? "absent";
    const text = `The branch ${branch} of the fork of ${repo} moved meanwhile (it was ${was}, it is ${now ?? "absent"}); it was left alone. See who else pushes to it, then push again.`;
    throw new ForkError("push_rejected", text, { repo });
  }
  throw (push.failed ?? gitFailed)(args, exitCode, stderr, repo);
}

async function contains(sha: string, older: string, call: GitCall): Promise<boolean> {
  return (await runGit(["merge-base", "--is-ancestor", older, sha], call)).exitCode === 0;
}
