import type { Side } from "../build/make-side.ts";
import type { ProofContext } from "../claim/context.ts";
import type { Suspicion } from "../guards/guard-hit.ts";
import type { TestStates } from "./parse-reports.ts";
import { runTests, type TestRun } from "./run-tests.ts";

export interface TestComparison {
  /** Why the commit breaks something; null: it does not. */
  readonly broken: string | null;
  readonly guards: readonly Suspicion[];
  /** One sentence for the report. */
  readonly message: string;
}

/** How often tests are run again when a failure seems new: a flaky test fails without the commit too, or not always with it. */
const RETRIES = 2;

/** Runs the parent's tests on both sides and compares them test by test: what failed before the commit may fail after it. */
export async function compareTests(
  context: ProofContext,
  sides: { readonly a: Side; readonly b: Side },
  signal: AbortSignal,
): Promise<TestComparison> {
  const { test } = context.commands;
  if (test === null)
    return { broken: null, guards: [], message: "The project has no tests that could be run." };
  const a = [await runTests(context, sides.a, test, signal)];
  const b = [await runTests(context, sides.b, test, signal)];
  for (let i = 0; i < RETRIES && newFailures(a, b).length > 0; i += 1) {
    b.push(await runTests(context, sides.b, test, signal));
    a.push(await runTests(context, sides.a, test, signal));
  }
  return judgeTests(a, b);
}

/** Pure: from the runs of both sides. */
export function judgeTests(a: readonly TestRun[], b: readonly TestRun[]): TestComparison {
  const failures = newFailures(a, b);
  const always = failures.filter((id) => b.every((run) => failed(run, id)));
  const [firstA, firstB] = [a[0], b[0]];
  if (firstA === undefined || firstB === undefined)
    throw new RangeError("Each side needs a run of its tests.");
  const counts = (states: TestStates, state: string): number =>
    [...states.values()].filter((other) => other === state).length;
  const guards: Suspicion[] = [];
  const missing = [...firstA.states.keys()].filter((id) => !firstB.states.has(id));
  if (missing.length > 0 && always.length === 0) {
    guards.push({
      code: "fewer_tests",
      message: `${missing.length} of the parent's ${firstA.states.size} tests were not run with the commit, such as ${missing[0]}.`,
      where: null,
    });
  }
  const skipped = [...firstB.states].filter(
    ([id, state]) => state === "skipped" && firstA.states.get(id) !== "skipped" && firstA.states.has(id),
  );
  if (skipped.length > 0) {
    guards.push({
      code: "more_skipped",
      message: `${skipped.length} tests are skipped with the commit that were not before, such as ${skipped[0]?.[0]}.`,
      where: null,
    });
  }
  if (failures.length > 0 && always.length === 0) {
    guards.push({
      code: "flaky_tests",
      message: `${failures[0]} failed with the commit in some runs, and never without it.`,
      where: null,
    });
  }
  const already = counts(firstA.states, "failed");
  const message =
    firstA.states.size === 0
      ? `The parent's tests ended with ${firstA.exitCode} before the commit and with ${firstB.exitCode} after it.`
      : `${counts(firstB.states, "passed")} of the parent's ${firstA.states.size} tests pass with the commit, ${counts(firstA.states, "passed")} did before it${already > 0 ? ` (${already} fail without it)` : ""}.`;
  const broken =
    always.length === 0
      ? null
      : `${always.length === 1 ? "A test that passed" : `${always.length} tests that passed`} before the commit ${always.length === 1 ? "fails" : "fail"} after it: ${always.slice(0, 3).join(", ")}.`;
  return { broken, guards, message };
}

/** The whole run as one test, where the runner names none or broke off. */
const WHOLE = "the test command";

function failed(run: TestRun, id: string): boolean {
  return id === WHOLE ? run.exitCode !== 0 || run.timedOut : run.states.get(id) === "failed";
}

/** Failed at least once with the commit, never without it, and known to pass without it. */
function newFailures(a: readonly TestRun[], b: readonly TestRun[]): string[] {
  const ids = new Set(
    b.flatMap((run) => [...run.states].filter(([, state]) => state === "failed").map(([id]) => id)),
  );
  const found = [...ids].filter(
    (id) => a.every((run) => !failed(run, id)) && a.some((run) => run.states.get(id) === "passed"),
  );
  if (found.length > 0) return found;
  // A test that is new in the report and fails (a module that cannot be loaded has a name of its own), or no report at all.
  return a.every((run) => !failed(run, WHOLE)) && b.some((run) => failed(run, WHOLE)) ? [WHOLE] : [];
}
