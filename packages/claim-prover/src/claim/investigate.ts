import { makeSide, RevertConflict, type Side } from "../build/make-side.ts";
import { judgeDiff } from "../guards/judge-diff.ts";
import { judgeCommand } from "../guards/judge-command.ts";
import { compareTests } from "../correctness/compare-tests.ts";
import type { ClaimRequest } from "../request.ts";
import { planLooks } from "../stats/looks.ts";
import { drawSeed } from "../stats/random.ts";
import { roundRatioDown } from "../stats/rounding.ts";
import { calibrate } from "../workload/calibrate.ts";
import type { Measure } from "../workload/run-sample.ts";
import { findWorkload } from "../workload/workload.ts";
import { checkDigests, checkSizes } from "./check-outputs.ts";
import type { ProofContext } from "./context.ts";
import { checkEvidence } from "./evidence.ts";
import type { Findings } from "./findings.ts";
import { contains, measureControl, measureGain, type GainRun } from "./measure-gain.ts";
import { measureMemory } from "./measure-memory.ts";
import type { Ruling } from "./ruling.ts";
import {
  gainFloor,
  halfWidth,
  LEAST_ELSEWHERE,
  MOST_GAIN,
  MOST_HALF_WIDTH,
  noiseFloorOf,
} from "./thresholds.ts";

/** All steps of one claim in their order. What it learns lies in `findings`, also when it throws. */
export async function investigate(
  context: ProofContext,
  claim: ClaimRequest,
  earlier: readonly ClaimRequest[],
  findings: Findings,
  signal: AbortSignal,
): Promise<Ruling> {
  const { settings, clone, sandbox, request } = context;
  const say = (stage: string, message: string): void =>
    context.progress({ scope: "claim", index: claim.index, stage, message });
  const looks = planLooks(settings.looks, settings.alpha);

  const evidence = await checkEvidence(clone, claim, earlier, signal);
  findings.commit = evidence.commit;
  if (!evidence.ok) return { reason: "evidence", explanation: evidence.explanation };
  say("evidence", "The commit is on the pushed branch and touches the claimed file.");
  for (const hit of judgeDiff(evidence.diff)) findings.guard(hit.code, hit.message, hit.where);

  await using workload = await orText(findWorkload(claim, request));
  if (workload.value === null) return { reason: "no_workload", explanation: workload.text };
  const { commit, parent } = evidence;
  const command = claim.benchmark?.command ?? request.benchmarkCommand ?? "";
  findings.commands["benchmark"] = command;
  for (const hit of judgeCommand(command)) findings.guard(hit.code, hit.message, hit.where);
  release(context, findings);

  const build = async (plan: Parameters<typeof makeSide>[1]): Promise<Side> =>
    await makeSide(
      {
        clone,
        sandbox,
        workDir: request.workDir,
        commands: context.commands,
        buildMinutes: settings.buildMinutes,
        signal,
      },
      plan,
    );
  if (context.commands.install !== null) findings.commands["install"] = context.commands.install;
  if (context.commands.build !== null) findings.commands["build"] = context.commands.build;
  if (context.commands.test !== null) findings.commands["test"] = context.commands.test.command;

  const measure: Measure = {
    sandbox,
    workload: workload.value,
    timeoutMs: Math.max(30_000, settings.sampleSeconds * 60_000),
    signal,
  };
  let first: GainRun;
  let floor: number;
  let scale: number;
  let withoutStart: number;
  {
    say("build", "Building the parent commit twice, and the commit.");
    await using a = await build({ commit: parent, parent });
    await using b = await build({ commit, parent });
    await using again = await build({ commit: parent, parent });

    const calibration = await calibrate(measure, a, settings.sampleSeconds, () => drawSeed(context.random));
    scale = calibration.scale;
    say(
      "calibrate",
      `At scale ${scale} a sample of the parent commit takes ${calibration.atScale.toFixed(2)} s.`,
    );
    const weak = await checkDigests(context, measure, { a, b, scale });
    if (weak !== null) return { reason: "workload_failed", explanation: weak };

    const control = await measureControl(context, measure, { a, b: again, scale });
    findings.sessions.push(control.session);
    findings.noiseFloor = noiseFloorOf(control.look);
    floor = gainFloor(findings.noiseFloor);
    say(
      "control",
      `The parent commit against itself: ${range(control.look.interval)}; a gain must be above ${floor.toFixed(3)}.`,
    );
    if (!contains(control.look, 1)) {
      return {
        reason: "unstable",
        explanation: `The parent commit differs from itself: ${range(control.look.interval)} with ${control.look.n} pairs.`,
      };
    }

    first = await measureGain(context, measure, { kind: "gain", a, b, scale, floor }, looks);
    const ruling = settle(first, floor, findings);
    say("gain", `First session: ${describe(first)}.`);
    if (ruling !== null && claim.claimedMiB === null) return ruling;

    const sizes = await checkSizes(context, measure, { a, b, scale, first: first.pairs });
    withoutStart = sizes.withoutStart;
    say("checks", sizes.message);
    if (sizes.fault !== null) return { reason: "not_scaling", explanation: sizes.fault };
    if (sizes.slowest.ratio < LEAST_ELSEWHERE) {
      return {
        reason: "no_gain",
        explanation: `It is slower elsewhere: ${sizes.slowest.ratio.toFixed(2)}x at ${sizes.slowest.where}.`,
      };
    }
    if (claim.claimedMiB !== null) {
      const memory = await measureMemory(context, measure, { a, b, scale }, looks);
      findings.sessions.push(memory.session);
      findings.intervalMiB = memory.interval;
      findings.quotableMiB = memory.quotable;
      say("memory", memory.message);
      if (ruling !== null && (memory.quotable === null || claim.claimedRatio !== null))
        return memory.quotable === null && claim.claimedRatio === null
          ? { reason: "no_gain", explanation: memory.message }
          : ruling;
    }
    const tests = await compareTests(context, { a, b }, signal);
    say("tests", tests.message);
    for (const hit of tests.guards) findings.guard(hit.code, hit.message, hit.where);
    release(context, findings);
    if (tests.broken !== null) return { reason: "correctness", explanation: tests.broken };
    findings.note(tests.message);
  }
  const estimates = [first.last.estimate, withoutStart];
  if (settings.secondSession) {
    say("build", "Building both sides again for the second session.");
    await using a = await build({ commit: parent, parent });
    await using b = await build({ commit, parent });
    const second = await measureGain(context, measure, { kind: "gain", a, b, scale, floor }, looks);
    const ruling = settle(second, floor, findings);
    say("gain", `Second session, after a rebuild: ${describe(second)}.`);
    if (ruling !== null) return ruling;
    estimates.push(second.last.estimate);
  }
  const ablated = await ablate(context, { commit, measure, scale, findings, build, say });
  if (ablated !== null) return ablated;
  release(context, findings);

  const measured = Math.min(...estimates);
  findings.quotable = roundRatioDown(measured);
  const upper = Math.max(findings.interval?.[1] ?? 0, withoutStart);
  const restated = claim.claimedRatio !== null && claim.claimedRatio > upper;
  return {
    reason: restated ? "proven_restated" : "proven",
    explanation: `Measured ${findings.quotable}x, interval ${range(findings.interval ?? [0, 0])}, ${withoutStart === Infinity ? "" : `${withoutStart.toFixed(2)}x without the start of the process`}${restated ? `; ${claim.claimedRatio}x was claimed` : ""}.`,
  };

  /** Null: the session passed. */
  function settle(run: GainRun, least: number, into: Findings): Ruling | null {
    into.sessions.push(run.session);
    const { interval } = run.last;
    // Of two sessions the more cautious bounds stand.
    into.interval =
      into.interval === null
        ? interval
        : [Math.min(into.interval[0], interval[0]), Math.max(into.interval[1], interval[1])];
    into.pValue =
      into.sessions.filter(({ kind }) => kind === "gain").length === 1
        ? run.pValue
        : Math.max(into.pValue, run.pValue);
    const left = run.pairs.filter(({ b }) => b.left > 0).length;
    if (left > 0 && run.pairs.every(({ a }) => a.left === 0)) {
      into.guard(
        "processes_left",
        `Processes still ran after the benchmark had ended, in ${left} of ${run.pairs.length} samples with the commit.`,
      );
    }
    if (
      run.processor !== null &&
      run.passed &&
      run.processor.estimate < Math.max(1, 1 + (run.last.estimate - 1) / 2)
    ) {
      into.guard(
        "processor_time",
        `By processor time the gain is ${run.processor.estimate.toFixed(2)}x, by the clock ${run.last.estimate.toFixed(2)}x: work was moved, not saved.`,
      );
    }
    if (run.last.interval[0] > MOST_GAIN) {
      into.guard(
        "gain_over_10x",
        `A gain of ${run.last.estimate.toFixed(1)}x is more often a broken measurement than a better algorithm.`,
      );
    }
    if (run.passed && halfWidth(run.last) <= MOST_HALF_WIDTH) return null;
    if (halfWidth(run.last) > MOST_HALF_WIDTH && run.last.interval[1] >= least) {
      return {
        reason: "unstable",
        explanation: `The interval ${range(interval)} is too wide after ${run.last.n} pairs.`,
      };
    }
    return {
      reason: "no_gain",
      explanation: `Measured ${run.last.estimate.toFixed(3)}x, interval ${range(interval)}; the lower bound must be at least ${least.toFixed(3)}.`,
    };
  }
}

/** At the branch's head, taking the commit back must cost what it gained. Null: it does. */
async function ablate(
  context: ProofContext,
  step: {
    readonly commit: string;
    readonly measure: Measure;
    readonly scale: number;
    readonly findings: Findings;
    readonly build: (plan: Parameters<typeof makeSide>[1]) => Promise<Side>;
    readonly say: (stage: string, message: string) => void;
  },
): Promise<Ruling | null> {
  const { commit, findings, say } = step;
  const { head } = context.clone;
  if (commit === head) {
    findings.note("The commit is the branch's head, so taking it back is the comparison with its parent.");
    return null;
  }
  const looks = planLooks(context.settings.looks, context.settings.alpha);
  try {
    await using without = await step.build({ commit: head, parent: commit, without: commit });
    await using withIt = await step.build({ commit: head, parent: commit });
    const run = await measureGain(
      context,
      step.measure,
      { kind: "ablation", a: without, b: withIt, scale: step.scale, floor: 1.02 },
      looks,
    );
    findings.sessions.push(run.session);
    say("ablation", `Taken back at the branch's head: ${describe(run)}.`);
    if (run.passed) return null;
    return {
      reason: "ablation",
      explanation: `With the commit taken back at the branch's head the time stays: ${range(run.last.interval)}.`,
    };
  } catch (error) {
    if (!(error instanceof RevertConflict)) throw error;
    findings.guard(
      "ablation_conflict",
      "The commit cannot be taken back at the branch's head: later commits changed the same lines.",
    );
    say("ablation", "The commit cannot be taken back at the branch's head.");
    return null;
  }
}

function release(context: ProofContext, findings: Findings): void {
  for (const [i, hit] of findings.guards.entries()) {
    const word = context.request.releases.find(
      ({ commit, guard }) =>
        guard === hit.code &&
        commit.length >= 7 &&
        findings.commit?.startsWith(commit.toLowerCase()) === true,
    );
    if (word !== undefined) findings.guards[i] = { ...hit, released: word.reason };
  }
}

function range([lower, upper]: readonly [number, number]): string {
  return `${lower.toFixed(3)}x to ${upper.toFixed(3)}x`;
}

function describe(run: GainRun): string {
  return `${run.last.estimate.toFixed(3)}x, ${range(run.last.interval)} with ${run.last.n} pairs`;
}

async function orText<T extends AsyncDisposable>(
  promise: Promise<T | string>,
): Promise<AsyncDisposable & { readonly value: T | null; readonly text: string }> {
  const result = await promise;
  return typeof result === "string"
    ? { value: null, text: result, [Symbol.asyncDispose]: async () => undefined }
    : { value: result, text: "", [Symbol.asyncDispose]: async () => await result[Symbol.asyncDispose]() };
}
