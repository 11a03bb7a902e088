import { median } from "simple-statistics";

import type { PairSample } from "../workload/run-pairs.ts";
import { medianInterval, orderStatistic } from "../stats/interval.ts";

/** Times of both sides at scale 1, n and 2n, seconds: medians. */
export interface Sizes {
  readonly one: readonly [a: number, b: number];
  readonly n: readonly [a: number, b: number];
  readonly double: readonly [a: number, b: number];
}

export interface Scaling {
  /** Ratio of the work alone, from the growth from scale 1 to n; Infinity when B's time does not grow. */
  readonly withoutStart: number;
  /** Why the gain does not go with the size of the work; null: it does. */
  readonly fault: string | null;
}

/** Times this small are the machine's business, not the program's: seconds. */
const NEGLIGIBLE = 0.015;

/**
 * Separates work from start-up. With T(n) = start + n · work, growth is work alone. B's growth must account for what B
 * spends beyond the start that A needs: a cache makes the first unit dear and the rest free. `startExceeds`: the seconds by which B's
 * time at scale 1 surely exceeds A's; work that was moved to the start shows there. `scale`: n.
 */
export function judgeScaling(sizes: Sizes, startExceeds: number, scale: number = Infinity): Scaling {
  const growthA = sizes.double[0] - sizes.n[0];
  const growthB = sizes.double[1] - sizes.n[1];
  // Where A's time grows with the square of the scale, only the run at scale 1, less its one unit, tells the start.
  const start = Math.max(0, sizes.n[0] - growthA, sizes.one[0] - growthA / scale);
  const beyondStart = sizes.n[1] - start;
  const saved = sizes.n[0] - sizes.n[1];
  // From 1 to n and not from n to 2n: the times at 1 are short, so their noise is small beside the growth.
  const workB = sizes.n[1] - sizes.one[1];
  const withoutStart = workB <= 0 ? Infinity : (sizes.n[0] - sizes.one[0]) / workB;
  if (startExceeds > Math.max(NEGLIGIBLE, 0.1 * saved)) {
    return {
      withoutStart,
      fault: `The smallest run takes ${seconds(startExceeds)} longer with the commit than without: work was moved to the start.`,
    };
  }
  if (beyondStart > Math.max(2 * NEGLIGIBLE, 0.06 * sizes.n[0]) && growthB < 0.5 * beyondStart) {
    return {
      withoutStart,
      fault: `Twice the work takes only ${seconds(Math.max(0, growthB))} more with the commit, where ${seconds(beyondStart)} were to be expected: results are kept, not computed.`,
    };
  }
  return { withoutStart, fault: null };
}

/** Medians of both sides. */
export function mediansOf(pairs: readonly PairSample[]): readonly [number, number] {
  return [median(pairs.map(({ a }) => a.seconds)), median(pairs.map(({ b }) => b.seconds))];
}

/** The lower bound of tB - tA over the pairs, at 5 %; too few pairs give their minimum. */
export function surelyExceeds(pairs: readonly PairSample[]): number {
  const differences = pairs.map(({ a, b }) => b.seconds - a.seconds);
  const k = Math.max(1, orderStatistic(pairs.length, 0.05));
  return medianInterval(differences, k).interval[0];
}

function seconds(value: number): string {
  return `${value.toFixed(3)} s`;
}
