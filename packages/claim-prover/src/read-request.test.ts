import { expect, test } from "vitest";

import { settingsOf } from "./prove-claims.ts";
import { readRequest } from "./read-request.ts";
import { DEFAULT_SETTINGS, isReduced, REDUCED_SETTINGS, type ProveRequest } from "./request.ts";
import { methodOf } from "./method.ts";

const request: ProveRequest = {
  project: "p",
  repo: "acme/words",
  repository: "https://git.example.com/acme/words.git",
  branch: "codeflash/optimize",
  head: "a".repeat(40),
  base: "b".repeat(40),
  claims: [
    {
      index: 0,
      commit: "abcdef0",
      function: "f",
      file: "f.js",
      description: "",
      claimedRatio: 2,
      claimedMiB: null,
      benchmark: { file: "benchmarks/f.mjs", command: "node {file}" },
    },
  ],
  resultsFolder: "/results",
  benchmarkCommand: null,
  language: "javascript",
  commands: { test: "npm test" },
  releases: [{ commit: "abcdef0", guard: "touches_ci", reason: "fine" }],
  settings: { looks: [10], sampleSeconds: 0.1, seed: 3, isolate: false },
  workDir: "/work-dir",
};

test("a request survives its file", () => {
  expect(readRequest(JSON.stringify(request))).toEqual(request);
});

test.each<[string, unknown, string]>([
  ["no JSON", "{", "The request is no JSON"],
  ["a list", [], "The request must be an object"],
  ["a short commit", { ...request, head: "abc" }, "head must be 40 hex digits"],
  ["a misspelt setting", { ...request, settings: { sampleSecond: 1 } }, "settings.sampleSecond is no field"],
  ["a wrong type", { ...request, settings: { looks: "12" } }, "settings.looks must be a list"],
  ["an incomplete claim", { ...request, claims: [{ index: 0 }] }, "claims[0].commit must be"],
  [
    "an incomplete benchmark",
    { ...request, claims: [{ ...request.claims[0], benchmark: { file: "x" } }] },
    "claims[0].benchmark.command must be a text",
  ],
])("is refused: %s", (_name, value, message) => {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  expect(() => readRequest(text)).toThrow(message);
});

test("settings that make no sense are refused with what to do", () => {
  expect(() => settingsOf({ ...request, settings: { looks: [5] } })).toThrow("use at least 8");
  expect(() => settingsOf({ ...request, settings: { looks: [20, 12] } })).toThrow("whole numbers that grow");
  expect(() => settingsOf({ ...request, settings: { sampleSeconds: 0 } })).toThrow(
    "settings.sampleSeconds must be above 0",
  );
});

test("less than the procedure is called reduced, in the proof and in its words", () => {
  expect(isReduced(DEFAULT_SETTINGS)).toBe(false);
  expect(methodOf(DEFAULT_SETTINGS, false)).toMatch(/two sessions of up to 40 interleaved pairs .* 1 %\.$/);
  const reduced = settingsOf({ ...request, settings: REDUCED_SETTINGS });
  expect(isReduced(reduced)).toBe(true);
  expect(methodOf(reduced, false)).toContain("This was a reduced proof");
});

test("only a machine of its own is said to have taken no part", () => {
  expect(readRequest(JSON.stringify({ ...request, separateMachine: true })).separateMachine).toBe(true);
  expect(readRequest(JSON.stringify(request)).separateMachine).toBeUndefined();
  expect(methodOf(DEFAULT_SETTINGS, true)).toContain(
    "on a machine that took no part in the optimization, in",
  );
  expect(methodOf(DEFAULT_SETTINGS, false)).not.toContain("machine");
});
