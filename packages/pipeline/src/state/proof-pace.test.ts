import { expect, it } from "vitest";
import { nextProofLookMs, proofLimitSeconds } from "./proof-pace.ts";

it.each([
  [0, 10, 1000],
  [60, 10, 6000],
  [3600, 10, 30_000],
  [3600, 0.001, 60],
])("after %s s, polling every %s min: %s ms", (elapsed, poll, expected) => {
  expect(nextProofLookMs(elapsed, poll)).toBeCloseTo(expected);
});

it("gives every claim its time, and the work around it", () => {
  const limits = { minutesPerClaim: 15, testMinutes: 10 };
  expect(proofLimitSeconds(1, limits)).toBeGreaterThan(15 * 60 + 4 * 10 * 60);
  expect(proofLimitSeconds(10, limits) - proofLimitSeconds(9, limits)).toBe(16 * 60);
});
