import fc from "fast-check";
import { quantile } from "simple-statistics";
import { describe, expect, test } from "vitest";

import type { Pair } from "../proof.ts";
import { differenceAt, lookAt, medianInterval, orderStatistic } from "./interval.ts";
import { planLooks } from "./looks.ts";

test("the published looks have the published orders", () => {
  expect(planLooks([12, 20, 40], 0.01)).toEqual([
    { n: 12, k: 1 },
    { n: 20, k: 4 },
    { n: 40, k: 11 },
  ]);
});

test("a look that is too small for its share of the error is refused with the least size", () => {
  expect(() => planLooks([6], 0.01)).toThrow("use at least 8");
  expect(planLooks([8], 0.01)).toEqual([{ n: 8, k: 1 }]);
});

describe("orderStatistic", () => {
  test("is the greatest order whose error is small enough, by exact binomials", () => {
    const error = (k: number, n: number): number => {
      let sum = 0;
      let term = 0.5 ** n;
      for (let i = 0; i < k; i += 1) {
        sum += term;
        term = (term * (n - i)) / (i + 1);
      }
      return 2 * sum;
    };
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 60 }),
        fc.double({ min: 0.001, max: 0.2, noNaN: true }),
        (n, alpha) => {
          const k = orderStatistic(n, alpha);
          if (k > 0) expect(error(k, n)).toBeLessThanOrEqual(alpha + 1e-9);
          if (2 * (k + 1) <= n + 1) expect(error(k + 1, n)).toBeGreaterThan(alpha - 1e-9);
        },
      ),
    );
  });
});

const pairs = fc.array(
  fc.tuple(fc.double({ min: 0.01, max: 100, noNaN: true }), fc.double({ min: 0.01, max: 100, noNaN: true })),
  { minLength: 12, maxLength: 40 },
);

describe("lookAt", () => {
  test("the estimate lies within its interval", () => {
    fc.assert(
      fc.property(pairs, (samples) => {
        const { estimate, interval } = lookAt(samples, orderStatistic(samples.length, 0.01));
        expect(interval[0]).toBeLessThanOrEqual(estimate * (1 + 1e-12));
        expect(estimate).toBeLessThanOrEqual(interval[1] * (1 + 1e-12));
      }),
    );
  });

  test("swapping the sides inverts it", () => {
    fc.assert(
      fc.property(pairs, (samples) => {
        const here = lookAt(samples, 2);
        const there = lookAt(
          samples.map(([a, b]): Pair => [b, a]),
          2,
        );
        expect(there.estimate).toBeCloseTo(1 / here.estimate, 6);
        expect(there.interval[0]).toBeCloseTo(1 / here.interval[1], 6);
        expect(there.interval[1]).toBeCloseTo(1 / here.interval[0], 6);
      }),
    );
  });

  test("the unit of the times, and drift that slows both of a pair, change nothing", () => {
    fc.assert(
      fc.property(
        pairs,
        fc.array(fc.double({ min: 0.5, max: 2, noNaN: true }), { minLength: 40, maxLength: 40 }),
        (samples, drift) => {
          const plain = lookAt(samples, 3);
          const drifted = lookAt(
            samples.map(([a, b], i): Pair => [a * (drift[i] ?? 1), b * (drift[i] ?? 1)]),
            3,
          );
          expect(drifted.estimate).toBeCloseTo(plain.estimate, 6);
          expect(drifted.interval[0]).toBeCloseTo(plain.interval[0], 6);
        },
      ),
    );
  });

  test("refuses what is no time", () => {
    expect(() => lookAt([[1, 0]], 1)).toThrow(RangeError);
    expect(() => lookAt([[NaN, 1]], 1)).toThrow(RangeError);
  });
});

test("the interval of a median is made of values that were seen, and is narrower for a greater order", () => {
  const values = Array.from({ length: 20 }, (_, i) => i);
  expect(medianInterval(values, 1).interval).toEqual([0, 19]);
  expect(medianInterval(values, 4)).toEqual({ estimate: quantile(values, 0.5), interval: [3, 16] });
  expect(() => medianInterval(values, 0)).toThrow(RangeError);
  expect(() => medianInterval(values, 11)).toThrow(RangeError);
});

test("memory is compared by differences", () => {
  const samples: Pair[] = Array.from({ length: 12 }, (_, i) => [100 + i, 60]);
  expect(differenceAt(samples, 1)).toMatchObject({ n: 12, estimate: 45.5, interval: [40, 51] });
});
