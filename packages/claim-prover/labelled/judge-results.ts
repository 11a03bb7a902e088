import type { ClaimLabel } from "@universe-optimize/claim-prover";

import type { LabelledClaim } from "./labelled-claim.ts";
import type { LabelledResult } from "./run-claim.ts";

export interface LabelledVerdict {
  /** By what a claim is, and how it was labelled. */
  readonly matrix: Readonly<Record<string, Readonly<Record<ClaimLabel, number>>>>;
  /** Verified where no sound prover may. */
  readonly falseVerified: readonly string[];
  /** True gains that must be verified, and are not. */
  readonly missed: readonly string[];
  /** Quoted above what is true. */
  readonly quotedAboveTruth: readonly string[];
  readonly quotes: number;
  readonly secondsMedian: number;
  readonly secondsMost: number;
  readonly secondsTotal: number;
}

/** Pure: the confusion matrix, and everything that must be empty. */
export function judgeResults(results: readonly LabelledResult[]): LabelledVerdict {
  const matrix: Record<string, Record<ClaimLabel, number>> = {};
  for (const { kind, label } of results) {
    const row = (matrix[kind] ??= { verified: 0, not_reproduced: 0, unverifiable: 0 });
    row[label] += 1;
  }
  const names = (rows: readonly LabelledResult[]): string[] => rows.map(({ name }) => name);
  const seconds = results.map((result) => result.seconds).toSorted((a, b) => a - b);
  return {
    matrix,
    falseVerified: names(
      results.filter(({ label, expect }) => label === "verified" && !expect.includes("verified")),
    ),
    missed: names(results.filter(({ label, expect }) => label !== "verified" && mustBeVerified(expect))),
    quotedAboveTruth: names(
      results.filter(
        ({ quoted, atMost, quotedMiB, atMostMiB }) =>
          (quoted !== null && quoted > (atMost ?? 1)) || (quotedMiB !== null && quotedMiB > (atMostMiB ?? 0)),
      ),
    ),
    quotes: results.filter(({ quoted, quotedMiB }) => quoted !== null || quotedMiB !== null).length,
    secondsMedian: seconds[Math.floor(seconds.length / 2)] ?? 0,
    secondsMost: seconds.at(-1) ?? 0,
    secondsTotal: seconds.reduce((sum, value) => sum + value, 0),
  };
}

export function mustBeVerified(expect: LabelledClaim["expect"]): boolean {
  return expect.length === 1 && expect[0] === "verified";
}
