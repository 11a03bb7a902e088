import fc from "fast-check";
import { expect, test } from "vitest";

import type { Pair } from "../proof.ts";
import { holm, signTest } from "./holm.ts";

test("Holm's own example: each next hypothesis needs less", () => {
  expect(holm([0.01, 0.04, 0.03, 0.005], 0.05)).toEqual([true, false, false, true]);
  expect(holm([], 0.05)).toEqual([]);
});

test("it keeps at least what Bonferroni keeps, and at most what no correction keeps", () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 30 }), (pValues) => {
      const kept = holm(pValues, 0.05);
      pValues.forEach((p, i) => {
        if (p <= 0.05 / pValues.length) expect(kept[i]).toBe(true);
        if (p > 0.05) expect(kept[i]).toBe(false);
      });
    }),
  );
});

test("the sign test counts how often either side won", () => {
  const pairs = (wins: number, losses: number): Pair[] => [
    ...Array.from({ length: wins }, (): Pair => [2, 1]),
    ...Array.from({ length: losses }, (): Pair => [1, 2]),
  ];
  expect(signTest(pairs(12, 0), 1)).toBeCloseTo(2 / 4096, 9);
  expect(signTest(pairs(12, 0), 3)).toBeCloseTo(6 / 4096, 9);
  expect(signTest(pairs(6, 6), 1)).toBe(1);
  expect(signTest([[1, 1]], 1)).toBe(1);
  expect(signTest(pairs(40, 0), 1)).toBe(1e-10);
});
