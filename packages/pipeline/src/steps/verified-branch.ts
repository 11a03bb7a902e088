import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Proof } from "@universe-optimize/claim-prover";
import type { Fork } from "@universe-optimize/github-fork";
import { errorFacts } from "../errors.ts";
import { pickCommits, type Picked } from "../git/pick-commits.ts";
import { plainGit } from "../git/plain-git.ts";
import { requireFork, type RunFacts } from "../run/facts.ts";
import { type BranchChoice, chooseBranch } from "../state/choose-branch.ts";
import type { StepContext } from "./step.ts";

const MAX_COMMITS = 10_000;

/** What a mail may point to. */
export interface OfferedBranch {
  readonly url: string;
  readonly facts: RunFacts;
}

/**
 * The branch that shows what a mail counts: the run's own where every commit of it was verified, else one on the fork that holds the
 * verified commits alone, read back after the push. Where one of them cannot stand without a commit that is left out it is the run's own again,
 * with a note, and no mail may say that all its commits count. Each commit was measured on its own parent; that is what the claims are about, whichever branch shows it.
 */
export async function offerBranch(
  context: StepContext,
  proof: Proof | null,
  pushedSha: string | null,
): Promise<OfferedBranch> {
  const { services, run, facts, signal, progress } = context;
  const fork = requireFork(facts, run.id);
  const { branch, verifiedBranch } = services.config.run;
  const whole = (note: string | null): OfferedBranch => {
    if (note !== null) progress(note);
    return { url: services.forks.branchUrl(fork, branch), facts: { verifiedBranch: null, branchNote: note } };
  };
  if (proof === null || pushedSha === null || verifiedBranch === null) return whole(null);
  const commits = await services.forks.commits(fork, branch, MAX_COMMITS, signal);
  const verified = proof.claims.flatMap(({ label, commit }) =>
    label === "verified" && commit !== null ? [commit] : [],
  );
  const choice = chooseBranch(
    commits.map(({ sha }) => sha),
    verified,
  );
  if (choice.kind === "whole") return whole(null);
  const { kept, total } = { kept: choice.commits.length, total: choice.total };
  const offered = `${branch} shows ${total} commits, ${kept} of them verified`;
  try {
    const made = await pushPicked(context, fork, verifiedBranch, choice);
    if (made.kind === "does_not_apply")
      return whole(`${offered}: ${made.commit.slice(0, 10)} cannot stand alone (${made.reason})`);
    progress(`${verifiedBranch} has the ${kept} verified of ${total} commits`);
    const url = services.forks.branchUrl(fork, verifiedBranch);
    return {
      url,
      facts: { verifiedBranch: { sha: made.sha, url, commits: kept, total }, branchNote: null },
    };
  } catch (error) {
    signal.throwIfAborted();
    const { message, retryable } = errorFacts(error);
    if (retryable) throw error;
    return whole(`${offered}: ${verifiedBranch} could not be made: ${message}`);
  }
}

async function pushPicked(
  { services, signal }: StepContext,
  fork: Fork,
  branch: string,
  { commits }: Extract<BranchChoice, { kind: "verified" }>,
): Promise<Picked> {
  const folder = await mkdtemp(join(tmpdir(), "universe-verified-"));
  try {
    const [from, clone, bundle] = ["fork.bundle", "clone.git", "verified.bundle"].map((name) =>
      join(folder, name),
    ) as [string, string, string];
    await services.forks.bundle(fork, from, signal, services.config.run.branch);
    await plainGit(["clone", "--bare", "--quiet", "--template=", "--", from, clone], signal);
    const picked = await pickCommits(clone, fork.baseSha, commits, signal);
    if (picked.kind !== "picked") return picked;
    const ref = `refs/heads/${branch}`;
    await plainGit(["-C", clone, "update-ref", ref, picked.sha], signal);
    await plainGit(["-C", clone, "bundle", "create", "--quiet", bundle, ref, `^${fork.baseSha}`], signal);
    await services.forks.push({ fork, bundleFile: bundle, branch, sha: picked.sha }, signal);
    const remote = await services.forks.branchSha(fork, branch, signal);
    if (remote !== picked.sha)
      throw new Error(`it is at ${remote ?? "nothing"} after the push of ${picked.sha}`);
    return picked;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
