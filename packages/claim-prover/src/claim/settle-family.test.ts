import { expect, test } from "vitest";

import { settleFamily, type ClaimResult } from "./settle-family.ts";

const result = (index: number, pValue: number, more: Partial<ClaimResult> = {}): ClaimResult => ({
  index,
  commit: null,
  function: "f",
  file: "f.js",
  claimed: 2,
  label: "verified",
  reason: "proven",
  explanation: "Measured.",
  quoted: 1.5,
  interval: [1.4, 1.6],
  noiseFloor: 0.01,
  quotedMiB: null,
  intervalMiB: null,
  guards: [],
  sessions: [],
  commands: {},
  seconds: 1,
  pValue,
  ...more,
});

test("a sure claim stays, one that only chance among many explains falls", () => {
  const others = Array.from({ length: 28 }, (_, i) =>
    result(i + 2, 1, { label: "not_reproduced", reason: "no_gain", quoted: null }),
  );
  const [sure, unsure] = settleFamily([result(0, 1e-6), result(1, 0.01), ...others]);
  expect(sure).toMatchObject({ label: "verified", quoted: 1.5 });
  expect(unsure).toMatchObject({ label: "not_reproduced", reason: "no_gain", quoted: null });
  expect(unsure?.explanation).toContain("Among 30 claims");
  // By itself it would stand.
  expect(settleFamily([result(1, 0.01)])[0]?.label).toBe("verified");
});

test("what was never measured is no hypothesis, and nothing internal is left in the proof", () => {
  const bare = result(1, 1, { label: "unverifiable", reason: "no_workload", quoted: null, interval: null });
  const claims = settleFamily([result(0, 0.04), bare]);
  expect(claims[0]?.label).toBe("verified");
  expect(claims.some((claim) => "pValue" in claim)).toBe(false);
});
