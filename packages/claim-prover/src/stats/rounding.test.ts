import fc from "fast-check";
import { expect, test } from "vitest";

import { roundMiBDown, roundRatioDown } from "./rounding.ts";

test.each([
  [1.239, 1.23],
  [1.999, 1.99],
  [2.39, 2.3],
  [9.99, 9.9],
  [12.9, 12],
])("%f is quoted as %f", (ratio, quoted) => {
  expect(roundRatioDown(ratio)).toBe(quoted);
});

test("nothing is ever quoted above what was measured, nor far below it", () => {
  fc.assert(
    fc.property(fc.double({ min: 1, max: 1000, noNaN: true }), (value) => {
      expect(roundRatioDown(value)).toBeLessThanOrEqual(value);
      expect(roundRatioDown(value)).toBeGreaterThan(value * 0.9);
      expect(roundMiBDown(value)).toBeLessThanOrEqual(value);
    }),
  );
});
