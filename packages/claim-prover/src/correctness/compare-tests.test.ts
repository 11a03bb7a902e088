import { expect, test } from "vitest";

import { judgeTests } from "./compare-tests.ts";
import type { TestState } from "./parse-reports.ts";
import type { TestRun } from "./run-tests.ts";

const run = (states: Readonly<Record<string, TestState>>): TestRun => ({
  exitCode: Object.values(states).includes("failed") ? 1 : 0,
  timedOut: false,
  states: new Map(Object.entries(states)),
});
const bare = (exitCode: number): TestRun => ({ exitCode, timedOut: false, states: new Map() });

test("what failed before may fail after", () => {
  const { broken, guards, message } = judgeTests(
    [run({ a: "failed", b: "passed" })],
    [run({ a: "failed", b: "passed" })],
  );
  expect(broken).toBe(null);
  expect(guards).toEqual([]);
  expect(message).toBe(
    "1 of the parent's 2 tests pass with the commit, 1 did before it (1 fail without it).",
  );
});

test("a test that passed and now fails is broken, whichever others were mended", () => {
  expect(
    judgeTests([run({ a: "failed", b: "passed" })], [run({ a: "passed", b: "failed" })]).broken,
  ).toContain(": b.");
});

test("a failure that comes and goes with the commit only is a guard", () => {
  const a = [run({ x: "passed" }), run({ x: "passed" })];
  const b = [run({ x: "failed" }), run({ x: "passed" })];
  expect(judgeTests(a, b)).toMatchObject({ broken: null, guards: [{ code: "flaky_tests" }] });
});

test("one that comes and goes without the commit too is the project's own", () => {
  const a = [run({ x: "passed" }), run({ x: "failed" })];
  const b = [run({ x: "failed" }), run({ x: "passed" })];
  expect(judgeTests(a, b)).toMatchObject({ broken: null, guards: [] });
});

test("without names the exit status is the test", () => {
  expect(judgeTests([bare(0)], [bare(1)]).broken).toContain("the test command");
  expect(judgeTests([bare(1)], [bare(1)]).broken).toBe(null);
  expect(judgeTests([run({ a: "passed" })], [bare(1)]).broken).toContain("the test command");
});

test("tests that are gone or skipped are guards", () => {
  const before = [run({ a: "passed", b: "passed" })];
  expect(judgeTests(before, [run({ a: "passed" })]).guards).toMatchObject([{ code: "fewer_tests" }]);
  expect(judgeTests(before, [run({ a: "passed", b: "skipped" })]).guards).toMatchObject([
    { code: "more_skipped" },
  ]);
});
