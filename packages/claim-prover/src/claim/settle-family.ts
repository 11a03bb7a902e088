import type { ProvenClaim } from "../proof.ts";
import { holm } from "../stats/holm.ts";
import { FAMILY_ALPHA } from "./thresholds.ts";

/** A claim with what only the whole family decides on. */
export type ClaimResult = ProvenClaim & { readonly pValue: number };

/** Holm's rule over all measured claims of a project: with many claims, each must be the surer. */
export function settleFamily(results: readonly ClaimResult[]): ProvenClaim[] {
  const measured = results.filter(({ label }) => label === "verified");
  // Claims that failed earlier were tested as well; they count as hypotheses that hold.
  const tested = results.filter(({ interval, intervalMiB }) => interval !== null || intervalMiB !== null);
  const kept = holm(
    tested.map((result) => (measured.includes(result) ? result.pValue : 1)),
    FAMILY_ALPHA,
  );
  return results.map((result) => {
    const { pValue, ...claim } = result;
    const place = tested.indexOf(result);
    if (!measured.includes(result) || kept[place] === true) return claim;
    return {
      ...claim,
      label: "not_reproduced",
      reason: "no_gain",
      quoted: null,
      quotedMiB: null,
      explanation: `Among ${tested.length} claims a chance of ${pValue.toPrecision(2)} is too great (Holm). ${claim.explanation}`,
    };
  });
}
