import { orderStatistic } from "./interval.ts";

export interface PlannedLook {
  readonly n: number;
  readonly k: number;
}

/**
 * When to look, and with which order statistic: each look has its share of `alpha`, so that all together err at most that often.
 * Looks at 12, 20 and 40 pairs with 1 % have k = 1, 4, 11. Throws RangeError for a look that is too small for its share.
 */
export function planLooks(sizes: readonly number[], alpha: number): readonly PlannedLook[] {
  return sizes.map((n) => {
    const k = orderStatistic(n, alpha / sizes.length);
    if (k === 0) {
      throw new RangeError(
        `${n} pairs cannot carry an interval with an error of ${alpha / sizes.length}: use at least ${leastPairs(alpha / sizes.length)}.`,
      );
    }
    return { n, k };
  });
}

/** The fewest pairs whose extremes make an interval. */
function leastPairs(alpha: number): number {
  return Math.ceil(Math.log2(2 / alpha));
}
