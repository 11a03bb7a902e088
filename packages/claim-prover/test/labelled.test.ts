import type { ReasonCode } from "@universe-optimize/claim-prover";
import { expect, test } from "vitest";

import { LABELLED_CLAIMS } from "../labelled/all-claims.ts";
import { judgeResults } from "../labelled/judge-results.ts";
import { runLabelledClaim, type LabelledResult } from "../labelled/run-claim.ts";

/*
 * A few claims of the labelled set, end to end: those whose verdict comes from git, texts and digests, and so does not hang on the noise of
 * the machine that runs the tests. The whole set is benchmarks/prover-labelled.ts.
 */

const QUICK = {
  minutesPerClaim: 1,
  sampleSeconds: 0.05,
  looks: [8],
  alpha: 0.05,
  controlPairs: 6,
  checkPairs: 1,
  secondSession: false,
  product: false,
  seed: 7,
};

test.each<[string, ReasonCode]>([
  ["evidence: a commit that is not on the branch", "evidence"],
  ["evidence: a commit from before the branch", "evidence"],
  ["evidence: a commit that changes nothing", "evidence"],
  ["evidence: a file that the commit does not touch", "evidence"],
  ["python: always wrong", "output_differs"],
  ["javascript: wrong type, same text in part", "output_differs"],
  ["javascript: a count hides the wrong result", "workload_failed"],
])("%s: %s", { timeout: 60_000 }, async (name, reason) => {
  const claim = LABELLED_CLAIMS.find((other) => other.name === name);
  if (claim === undefined) throw new Error(`There is no claim ${name}.`);
  const result = await runLabelledClaim(claim, QUICK);
  expect(result).toMatchObject({ reason, quoted: null, quotedMiB: null });
  expect(claim.expect).toContain(result.label);
});

test("the set is large, its names are unique, and every kind and language is in it", () => {
  expect(LABELLED_CLAIMS.length).toBeGreaterThanOrEqual(100);
  expect(new Set(LABELLED_CLAIMS.map(({ name }) => name)).size).toBe(LABELLED_CLAIMS.length);
  const parts = new Set(LABELLED_CLAIMS.map(({ kind, language }) => `${kind}, ${language}`));
  for (const kind of ["true gain", "no gain", "regression", "wrong result", "reward hack", "memory"])
    for (const language of ["python", "javascript"]) expect(parts).toContain(`${kind}, ${language}`);
  for (const { name, expect: labels, truth, kind } of LABELLED_CLAIMS) {
    if (kind === "reward hack" || kind === "wrong result") expect(labels, name).not.toContain("verified");
    if (labels.length === 1 && labels[0] === "verified" && kind === "true gain")
      expect(truth ?? Infinity, name).toBeGreaterThanOrEqual(1.2);
  }
});

test("judging finds what was falsely verified, missed, and quoted above the truth", () => {
  const result = (change: Partial<LabelledResult>): LabelledResult => ({
    name: "a",
    kind: "true gain",
    language: "python",
    expect: ["verified"],
    label: "verified",
    reason: "proven",
    explanation: "",
    guards: [],
    claimed: 2,
    quoted: 1.9,
    quotedMiB: null,
    interval: [1.8, 2],
    atMost: 2,
    atMostMiB: null,
    seconds: 3,
    ...change,
  });
  const verdict = judgeResults([
    result({}),
    result({ name: "b", quoted: 2.1 }),
    result({ name: "c", label: "unverifiable", quoted: null }),
    result({ name: "d", kind: "reward hack", expect: ["unverifiable"], atMost: 1 }),
    result({ name: "e", kind: "memory", quoted: null, quotedMiB: 70, atMostMiB: 62 }),
  ]);
  expect(verdict).toMatchObject({
    matrix: { "true gain": { verified: 2, unverifiable: 1 }, "reward hack": { verified: 1 } },
    falseVerified: ["d"],
    missed: ["c"],
    quotedAboveTruth: ["b", "d", "e"],
    quotes: 4,
    secondsMedian: 3,
  });
});
