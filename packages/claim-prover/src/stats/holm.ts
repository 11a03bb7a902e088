import { binomialCdf } from "./binomial.ts";
import { logRatios } from "./interval.ts";
import type { Pair } from "../proof.ts";

/**
 * How likely so lop-sided a set of pairs is without any gain: the two-sided sign test, times the number of looks that were
 * allowed (each look is a chance to err). Between 1e-10 and 1.
 */
export function signTest(samples: readonly Pair[], looks: number): number {
  const differences = logRatios(samples).filter((d) => d !== 0);
  const n = differences.length;
  if (n === 0) return 1;
  const against = Math.min(differences.filter((d) => d < 0).length, differences.filter((d) => d > 0).length);
  const p = 2 * binomialCdf(against, n) * looks;
  return Math.min(1, Math.max(1e-10, p));
}

/**
 * Holm's step-down rule: which of the hypotheses may be called true at once, with a chance of at most `alpha` that any of them is
 * not. In the order of `pValues`.
 */
export function holm(pValues: readonly number[], alpha: number): boolean[] {
  const order = pValues.map((_, index) => index).toSorted((i, j) => (pValues[i] ?? 1) - (pValues[j] ?? 1));
  const kept = pValues.map(() => false);
  for (const [rank, index] of order.entries()) {
    if ((pValues[index] ?? 1) > alpha / (pValues.length - rank)) break;
    kept[index] = true;
  }
  return kept;
}
