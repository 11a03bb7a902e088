import { ForkError } from "../errors.ts";
import { git, runGit } from "../git/run-git.ts";
import type { GitCall } from "../git/start-git.ts";

/**
 * Makes HEAD of a fresh clone name a branch that has a commit. An upstream that is a checkout of a bare commit has no
 * current branch: then it is the branch at that commit, else main, else master, else the only one.
 */
export async function settleDefaultBranch(gitDir: string, location: string, from: GitCall): Promise<void> {
  const call = { ...from, gitDir };
  const symbolic = await runGit(["symbolic-ref", "--quiet", "HEAD"], call);
  const head = await runGit(["rev-parse", "--verify", "--quiet", "HEAD^{commit}"], call);
  if (symbolic.exitCode === 0 && head.exitCode === 0) return;

  const branches = async (...filter: string[]): Promise<string[]> => {
    const listed = await git(["for-each-ref", "--count=2", "--format=%(refname)", ...filter], call);
    return listed.split("\n").filter(Boolean);
  };
  const all = await branches("refs/heads/");
  const [atHead] = head.exitCode === 0 ? await branches("--points-at=HEAD", "refs/heads/") : [];
  const [main] = await branches("refs/heads/main");
  const [master] = await branches("refs/heads/master");
  const chosen = atHead ?? main ?? master ?? (all.length === 1 ? all[0] : undefined);
  if (chosen === undefined) throw emptyUpstream(location, all.length > 0, from.repo);
  await git(["symbolic-ref", "HEAD", chosen], call);
}

function emptyUpstream(location: string, hasBranches: boolean, repo: string | undefined): ForkError {
  const text = hasBranches
    ? `The upstream ${location} has no default branch with a commit. Set one: git symbolic-ref HEAD refs/heads/NAME.`
    : `The upstream ${location} has no branch with a commit. Commit something to it first, or leave it out.`;
  return new ForkError("upstream_empty", text, { repo });
}
