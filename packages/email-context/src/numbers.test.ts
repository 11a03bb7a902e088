import { expect, test } from "vitest";
import { claim, memory, resultsOf, speedup } from "../test/claims.ts";
import { proofOf, refused, verified } from "../test/proofs.ts";
import { gateVerdict } from "./gate-verdict.ts";
import { quotableNumbers } from "./numbers.ts";
import type { ClaimProofFacts } from "./proof-facts.ts";

const boast = (name: string): ReturnType<typeof claim> =>
  claim(name, { cpuSpeedup: speedup(50), memoryReduction: memory(999) });
const numbersOf = (claims: readonly ClaimProofFacts[]): ReturnType<typeof quotableNumbers> =>
  quotableNumbers(resultsOf([boast("a"), boast("b"), boast("c")]), proofOf(claims));

test("only what was measured counts, the greatest first", () => {
  const numbers = numbersOf([verified(0, 1.3), verified(1, 2.5), refused(2, "not_reproduced")]);
  expect(numbers.basis).toBe("proven");
  expect(
    numbers.optimizations.map(({ optimization, ratio, mib }) => [optimization.function, ratio, mib]),
  ).toEqual([
    ["b", 2.5, null],
    ["a", 1.3, null],
  ]);
  expect(numbers.claims).toEqual({ total: 3, notReproduced: 1, unverifiable: 0 });
});

test.each<[string, ClaimProofFacts]>([
  ["a number above its interval", verified(0, 2, { interval: [1.1, 1.9] })],
  ["an interval that holds 1", verified(0, 1.2, { interval: [0.9, 1.5] })],
  ["no interval", verified(0, 2, { interval: null })],
  ["no number", verified(0, null)],
  ["NaN", verified(0, Number.NaN)],
  ["infinity", verified(0, Number.POSITIVE_INFINITY)],
  ["another commit", verified(0, 2, { commit: "fedcba9" })],
  ["no commit", verified(0, 2, { commit: null })],
  ["another place", verified(7, 2)],
  ["another label", { ...verified(0, 2), label: "unverifiable" }],
  ["a negative saving", verified(0, null, { quotedMiB: -3 })],
])("a proof with %s proves nothing", (_, claims) => {
  expect(numbersOf([claims]).optimizations).toEqual([]);
});

test("two claims for one place prove nothing", () => {
  expect(numbersOf([verified(0, 2), verified(0, 3)]).optimizations).toEqual([]);
});

test("the place in summary.json counts, not that in the list", () => {
  const results = resultsOf([claim("kept", { index: 4 })]);
  expect(quotableNumbers(results, proofOf([verified(4, 2)])).optimizations).toHaveLength(1);
  expect(quotableNumbers(results, proofOf([verified(0, 2)])).optimizations).toHaveLength(0);
});

test("commits are the same when one abbreviates the other", () => {
  const results = resultsOf([claim("a", { commit: "0123ABC" })]);
  const long = `0123abc${"d".repeat(33)}`;
  expect(quotableNumbers(results, proofOf([verified(0, 2, { commit: long })])).optimizations).toHaveLength(1);
});

const rules = { minVerified: 3, minSpeedup: 1.5 };

test("the gate looks at the lower bound", () => {
  const at = (lower: number): ReturnType<typeof gateVerdict> =>
    gateVerdict(
      numbersOf([verified(0, 1.6, { interval: [lower, 1.8] }), verified(1, 1.2), verified(2, 1.2)]),
      rules,
    );
  expect(at(1.51)).toEqual({ pass: true, reasons: [] });
  expect(at(1.5)).toEqual({
    pass: false,
    reasons: [
      "The best verified speed-up is at least 1.5x (lower bound of its interval), the gate asks for more than 1.5x (outreach.gate.minSpeedup).",
    ],
  });
});

test("the gate tells what became of the other claims", () => {
  expect(
    gateVerdict(numbersOf([verified(0, 2), refused(1, "not_reproduced"), refused(2, "unverifiable")]), rules),
  ).toEqual({
    pass: false,
    reasons: [
      "1 verified optimization of 3 (1 not reproduced, 1 unverifiable), the gate asks for 3 (outreach.gate.minVerified).",
    ],
  });
  expect(gateVerdict(numbersOf([refused(1, "not_reproduced")]), rules).reasons).toEqual([
    "None of 1 claim was verified (1 not reproduced, 0 unverifiable), so there is nothing to write about.",
  ]);
  expect(gateVerdict(numbersOf([]), rules).reasons).toEqual([
    "The proof holds no claim, so there is nothing to write about.",
  ]);
  const savings = [0, 1, 2].map((index) => verified(index, null, { quotedMiB: 9 }));
  expect(gateVerdict(numbersOf(savings), rules).reasons).toEqual([
    "No speed-up was verified, the gate asks for more than 1.5x (outreach.gate.minSpeedup).",
  ]);
});
