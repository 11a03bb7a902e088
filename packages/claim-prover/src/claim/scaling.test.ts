import fc from "fast-check";
import { expect, test } from "vitest";

import { judgeScaling } from "./scaling.ts";

/** T(n) = start + once + n · unit; the sizes are n = 500. */
function sizes(
  a: readonly [start: number, unit: number],
  b: readonly [start: number, unit: number],
): Parameters<typeof judgeScaling>[0] {
  const time = ([start, unit]: readonly [number, number], n: number): number => start + unit * n;
  const at = (n: number): readonly [number, number] => [time(a, n), time(b, n)];
  return { one: at(1), n: at(500), double: at(1000) };
}

test("an honest gain of any size scales, and the start is taken out of it", () => {
  fc.assert(
    fc.property(
      fc.double({ min: 1, max: 10, noNaN: true }),
      fc.double({ min: 0.01, max: 0.2, noNaN: true }),
      (gain, start) => {
        const result = judgeScaling(sizes([start, 0.001], [start, 0.001 / gain]), 0);
        expect(result.fault).toBe(null);
        expect(result.withoutStart).toBeCloseTo(gain, 6);
      },
    ),
  );
});

test("a cache does not: the second half of the work is free", () => {
  const { fault } = judgeScaling(sizes([0.04, 0.001], [0.15, 0]), 0);
  expect(fault).toContain("results are kept");
});

test("nor does work that is done at the start", () => {
  expect(judgeScaling(sizes([0.04, 0.001], [0.14, 0.0005]), 0.1).fault).toContain("moved to the start");
  // A few milliseconds are the machine's.
  expect(judgeScaling(sizes([0.04, 0.001], [0.042, 0.0005]), 0.002).fault).toBe(null);
});

test("a side that does not grow at all gains without end, which a guard catches", () => {
  expect(judgeScaling(sizes([0.04, 0.001], [0.04, 0]), 0)).toEqual({ withoutStart: Infinity, fault: null });
});

test("a time that grew with the square of the scale, and no longer does, is no cache", () => {
  const at = (n: number): readonly [number, number] => [0.05 + 2e-6 * n * n, 0.05 + 8e-5 * n];
  expect(judgeScaling({ one: at(1), n: at(500), double: at(1000) }, 0, 500).fault).toBe(null);
});
