import type { ClaimedOptimization, RunResults } from "@universe-optimize/results-parser";
import type { NumbersBasis } from "./types.ts";

/** One kept optimization and the speed-up that an e-mail may quote for it. */
export interface QuotedOptimization {
  readonly optimization: ClaimedOptimization;
  /** Old time / new time, above 1; null: none that can be quoted. */
  readonly ratio: number | null;
}

/** Every number of a context and of the gate comes from here. */
export interface QuotableNumbers {
  readonly basis: NumbersBasis;
  /** The greatest speed-up first; those without one last, in the order of the results. */
  readonly optimizations: readonly QuotedOptimization[];
  /** Why the run counts as failed; null: it does not. */
  readonly failure: string | null;
}

/**
 * The source of all numbers: what the agent reported, until there is a proof.
 *
 * @param proof null: there is none, and every number is unproven
 */
export function quotableNumbers(results: RunResults, proof: null): QuotableNumbers {
  const optimizations = results.optimizations
    .map((optimization) => ({ optimization, ratio: gain(optimization.cpuSpeedup?.value ?? null) }))
    .toSorted((a, b) => (b.ratio ?? 0) - (a.ratio ?? 0));
  const failed = results.summary?.status === "failed";
  return {
    basis: proof === null ? "unproven" : "proven",
    optimizations,
    failure: failed ? (results.summary?.error ?? "no error given") : null,
  };
}

function gain(ratio: number | null): number | null {
  return ratio !== null && Number.isFinite(ratio) && ratio > 1 ? ratio : null;
}
