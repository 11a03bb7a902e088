import { expect, test } from "vitest";
import { claim, resultsOf, speedup } from "../test/claims.ts";
import { gateVerdict } from "./gate-verdict.ts";
import { quotableNumbers } from "./numbers.ts";

const verdict = (ratios: readonly (number | null)[], failed = false): ReturnType<typeof gateVerdict> => {
  const claims = ratios.map((ratio, index) => claim(`f${index}`, { cpuSpeedup: speedup(ratio) }));
  const results = resultsOf(claims, failed ? { status: "failed", error: "no wheel for\nthis Python." } : {});
  return gateVerdict(quotableNumbers(results, null), { minVerified: 3, minSpeedup: 1.5 });
};

test("three optimizations with one above the threshold pass", () => {
  expect(verdict([1.51, 1.1, null])).toEqual({ pass: true, reasons: [] });
});

test.each([
  [[5, 2], ["2 optimizations, the gate asks for 3 (outreach.gate.minVerified)."]],
  [
    [1.5, 1.2, 1.1],
    ["The best speed-up is 1.5x, the gate asks for more than 1.5x (outreach.gate.minSpeedup)."],
  ],
  [
    [null, 0.9, null],
    ["No speed-up can be read as a number, the gate asks for more than 1.5x (outreach.gate.minSpeedup)."],
  ],
  [
    [1.2],
    [
      "1 optimization, the gate asks for 3 (outreach.gate.minVerified).",
      "The best speed-up is 1.2x, the gate asks for more than 1.5x (outreach.gate.minSpeedup).",
    ],
  ],
  [[], ["No optimization was kept, so there is nothing to write about."]],
])("speed-ups %j fail with the numbers", (ratios, reasons) => {
  expect(verdict(ratios)).toEqual({ pass: false, reasons });
});

test("a failed run fails whatever it kept", () => {
  expect(verdict([5, 4, 3], true)).toEqual({
    pass: false,
    reasons: ["The run failed: no wheel for this Python. Read its log and start it again."],
  });
});

test("the default is 3 and 1.5", () => {
  const results = resultsOf([1.6, 1, 1].map((ratio) => claim("f", { cpuSpeedup: speedup(ratio) })));
  expect(gateVerdict(quotableNumbers(results, null)).pass).toBe(true);
});
