import type { ClaimedOptimization, RunResults } from "@universe-optimize/results-parser";

/** A claim that cannot be used, and why. */
interface RefusedClaim {
  /** Place in the list that was checked. */
  readonly position: number;
  readonly claim: ClaimedOptimization;
  readonly code: "no_commit" | "not_on_branch" | "claimed_twice" | "no_function" | "no_gain" | "implausible";
  readonly reason: string;
}

export interface CheckedClaims {
  readonly accepted: readonly ClaimedOptimization[];
  readonly refused: readonly RefusedClaim[];
}

/** A gain above this is a guard of the proof procedure: without a proof it counts for nothing. */
const MAX_UNPROVEN_SPEEDUP = 10;
/** What names of functions in any language are made of. An address, a link, a tag or a template is none. */
const FUNCTION_NAME = /^(?!.*:\/\/)[\p{L}\p{N}_$.:#~<>,()[\]&*+=!?^|% -]{1,160}$/u;

/**
 * Holds an agent's claims against the branch that it left: each needs a commit of its own there, a function with a name
 * that can be printed, and a gain. What is refused is shown, and used nowhere.
 *
 * @param branchCommits full ids of the branch's commits since the base
 */
export function checkClaims(
  claims: readonly ClaimedOptimization[],
  branchCommits: readonly string[],
): CheckedClaims {
  const accepted: ClaimedOptimization[] = [];
  const refused: RefusedClaim[] = [];
  const seen = new Set<string>();
  for (const [position, claim] of claims.entries()) {
    const refuse = (code: RefusedClaim["code"], reason: string): void =>
      void refused.push({ position, claim, code, reason });
    const commit = claim.commit === null ? null : fullCommit(claim.commit, branchCommits);
    const speedup = claim.cpuSpeedup?.value ?? null;
    const memory = claim.memoryReduction?.value ?? null;
    const key = `${commit ?? ""} ${claim.function}`;
    if (claim.commit === null) refuse("no_commit", "it names no commit");
    else if (commit === null)
      refuse("not_on_branch", `its commit ${claim.commit.slice(0, 12)} is not on the branch`);
    else if (seen.has(key)) refuse("claimed_twice", "the same commit and function are claimed before");
    else if (!FUNCTION_NAME.test(claim.function)) refuse("no_function", "its function's name is none");
    else if (speedup !== null && speedup > MAX_UNPROVEN_SPEEDUP)
      refuse(
        "implausible",
        `${Math.floor(speedup)}x is more than ${MAX_UNPROVEN_SPEEDUP}x: it counts only once proven`,
      );
    else if ((speedup ?? 0) <= 1 && (memory ?? 0) <= 0 && !(speedup === null && memory === null))
      refuse("no_gain", "it claims no gain");
    else {
      seen.add(key);
      accepted.push({ ...claim, commit });
    }
  }
  return { accepted, refused };
}

/** Results with only the claims that hold: what context, gate and mails may see. */
export function withClaims(results: RunResults, accepted: readonly ClaimedOptimization[]): RunResults {
  return {
    ...results,
    optimizations: accepted,
    // The agent's own headline may rest on claims that were refused.
    summary:
      results.summary === null || accepted.length === results.optimizations.length
        ? results.summary
        : {
            ...results.summary,
            optimizations: accepted,
            headline: {
              bestSingleSpeedup: null,
              bestFunction: null,
              totalCpuImprovementPct: null,
              totalMemorySavedMb: null,
            },
          },
  };
}

/** The one commit of the branch that begins so; null: none, or more than one. */
function fullCommit(claimed: string, commits: readonly string[]): string | null {
  const found = commits.filter((sha) => sha.startsWith(claimed.toLowerCase()));
  return found.length === 1 ? (found[0] ?? null) : null;
}
