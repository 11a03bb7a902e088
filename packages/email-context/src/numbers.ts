import type { ClaimedOptimization, RunResults } from "@universe-optimize/results-parser";
import type { ClaimProofFacts, ProofFacts } from "./proof-facts.ts";
import type { NumbersBasis } from "./types.ts";

/** One optimization and what an e-mail may quote for it. */
export interface QuotedOptimization {
  readonly optimization: ClaimedOptimization;
  /** Old time / new time, above 1; null: none that can be quoted. */
  readonly ratio: number | null;
  /** Lower bound of the measured interval, at which the gate looks; null: not measured. */
  readonly lower: number | null;
  /** Measured MiB saved; null: not measured. */
  readonly mib: number | null;
}

/** Every number of a context and of the gate comes from here. */
export interface QuotableNumbers {
  readonly basis: NumbersBasis;
  /** The greatest speed-up first; those without one last, the greatest memory saving first. Proven: the verified ones only. */
  readonly optimizations: readonly QuotedOptimization[];
  /** Why the run counts as failed; null: it does not. */
  readonly failure: string | null;
  /** Of the whole branch, measured; null: not measured. */
  readonly productRatio: number | null;
  /** How many claims there were, and what became of those that were not verified. All 0 without a proof. */
  readonly claims: { readonly total: number; readonly notReproduced: number; readonly unverifiable: number };
}

/**
 * The source of all numbers: with a proof what was measured and nothing else, without one what the agent reported.
 *
 * A claim of the proof belongs to the optimization in the same place of summary.json. It counts when it is verified, has a
 * number within its own interval, and names the same commit; whatever contradicts itself does not count.
 *
 * @param proof null: there is none, and every number is unproven
 */
export function quotableNumbers(results: RunResults, proof: ProofFacts | null): QuotableNumbers {
  const failed = results.summary?.status === "failed";
  const failure = failed ? (results.summary?.error ?? "no error given") : null;
  const optimizations = (
    proof === null
      ? results.optimizations.map((optimization) => reported(optimization))
      : proven(results.optimizations, proof.claims)
  ).toSorted((a, b) => (b.ratio ?? 0) - (a.ratio ?? 0) || (b.mib ?? 0) - (a.mib ?? 0));
  const count = (label: ClaimProofFacts["label"]): number =>
    proof?.claims.filter((claim) => claim.label === label).length ?? 0;
  return {
    basis: proof === null ? "unproven" : "proven",
    optimizations,
    failure,
    productRatio: within(proof?.product?.quoted ?? null, proof?.product?.interval ?? null),
    claims: {
      total: proof?.claims.length ?? 0,
      notReproduced: count("not_reproduced"),
      unverifiable: count("unverifiable"),
    },
  };
}

function reported(optimization: ClaimedOptimization): QuotedOptimization {
  const ratio = optimization.cpuSpeedup?.value ?? null;
  return { optimization, ratio: isGain(ratio) ? ratio : null, lower: null, mib: null };
}

function proven(
  optimizations: readonly ClaimedOptimization[],
  claims: readonly ClaimProofFacts[],
): QuotedOptimization[] {
  return optimizations.flatMap((optimization, place) => {
    const index = optimization.index ?? place;
    const [claim, another] = claims.filter((candidate) => candidate.index === index);
    if (
      claim?.label !== "verified" ||
      another !== undefined ||
      !isSameCommit(optimization.commit, claim.commit)
    )
      return [];
    const ratio = within(claim.quoted, claim.interval);
    const mib = claim.quotedMiB !== null && Number.isFinite(claim.quotedMiB) && claim.quotedMiB > 0;
    if (ratio === null && !mib) return [];
    const lower = ratio === null ? null : (claim.interval?.[0] ?? null);
    return [{ optimization, ratio, lower, mib: mib ? claim.quotedMiB : null }];
  });
}

/** A measured ratio that may be quoted: a gain, whose interval lies above 1 and reaches as far as the ratio. */
function within(ratio: number | null, interval: readonly [number, number] | null): number | null {
  return isGain(ratio) && interval !== null && interval[0] > 1 && ratio <= interval[1] ? ratio : null;
}

function isGain(ratio: number | null): ratio is number {
  return ratio !== null && Number.isFinite(ratio) && ratio > 1;
}

function isSameCommit(claimed: string | null, measured: string | null): boolean {
  if (claimed === null || measured === null) return claimed === measured;
  const [a, b] = [claimed.toLowerCase(), measured.toLowerCase()];
  return a.length >= 7 && b.length >= 7 && (a.startsWith(b) || b.startsWith(a));
}
