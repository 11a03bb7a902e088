import { median } from "simple-statistics";

import type { Look, Pair } from "../proof.ts";
import { binomialCdf } from "./binomial.ts";

/** ln(a / b) of each pair. A pair with a value that is no positive number is an error of the caller. */
export function logRatios(samples: readonly Pair[]): number[] {
  return samples.map(([a, b]) => {
    if (!(a > 0) || !(b > 0)) throw new RangeError(`A pair needs two positive numbers, found ${a} and ${b}.`);
    return Math.log(a / b);
  });
}

/**
 * The greatest k for which [d_(k), d_(n+1-k)] covers the median with an error of at most `alpha`: 2·BinCDF(k-1; n, 1/2) <= alpha.
 * 0: n is too small for this alpha. It assumes nothing of the differences but that they are independent, which is why it
 * stays valid under spikes; the bootstrap of a median is too narrow at these sizes.
 */
export function orderStatistic(n: number, alpha: number): number {
  let k = 0;
  while (k < n / 2 && 2 * binomialCdf(k, n) <= alpha) k += 1;
  return k;
}

/** The median of `values` and the k-th value from either end, in the values' own unit. */
export function medianInterval(
  values: readonly number[],
  k: number,
): { readonly estimate: number; readonly interval: readonly [number, number] } {
  if (!(Number.isInteger(k) && k >= 1 && 2 * k <= values.length + 1)) {
    throw new RangeError(`No interval of order ${k} from ${values.length} values.`);
  }
  const sorted = values.toSorted((a, b) => a - b);
  return {
    estimate: median(sorted),
    interval: [sorted[k - 1] ?? NaN, sorted[sorted.length - k] ?? NaN],
  };
}

/** The look at the first n pairs: ratios a / b, from exp of the median and of the order statistics of ln(a / b). */
export function lookAt(samples: readonly Pair[], k: number): Look {
  const { estimate, interval } = medianInterval(logRatios(samples), k);
  return {
    n: samples.length,
    k,
    estimate: Math.exp(estimate),
    interval: [Math.exp(interval[0]), Math.exp(interval[1])],
  };
}

/** The same of the differences a - b, for memory: MiB, not a ratio. */
export function differenceAt(samples: readonly Pair[], k: number): Look {
  const { estimate, interval } = medianInterval(
    samples.map(([a, b]) => a - b),
    k,
  );
  return { n: samples.length, k, estimate, interval };
}
