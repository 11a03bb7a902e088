import type { Side } from "../build/make-side.ts";
import { roundRatioDown } from "../stats/rounding.ts";
import { drawSeed } from "../stats/random.ts";
import { calibrate } from "../workload/calibrate.ts";
import { treeState, writtenFile } from "../workload/written-files.ts";
import { checkDigests, checkSizes } from "./check-outputs.ts";
import type { ClaimSteps } from "./claim-steps.ts";
import { guardGreatGain, guardSession, isTooWide, judgeLook } from "./judge-session.ts";
import { contains, measureControl, measureGain } from "./measure-gain.ts";
import { measureMemory, type MemoryRun } from "./measure-memory.ts";
import type { Ruling } from "./ruling.ts";
import { describeLook, range } from "./sentences.ts";
import { gainFloor, LEAST_ELSEWHERE, LEAST_GAIN, MOST_GAIN, noiseFloorOf } from "./thresholds.ts";

interface Sides {
  readonly a: Side;
  readonly b: Side;
}

/** How much longer the samples of a second chance are. */
const LONGER = 3;
/** Noise of the control above which samples are made longer once. */
const NOISY = 0.05;
/** The start-up-free figure stands on few pairs; only well above 10 it says that a gain is too great. */
const MOST_WITHOUT_START = MOST_GAIN * 1.15;

/**
 * Measures a claim in one session, or two with a rebuild between. `betweenSessions` may spoil the first session's sides: it gets them last. Null: it
 * passed, and `findings` has what may be quoted.
 */
export async function measureClaim(
  steps: ClaimSteps,
  commits: { readonly commit: string; readonly parent: string },
  betweenSessions: (sides: Sides) => Promise<Ruling | null>,
): Promise<Ruling | null> {
  const { context, claim, findings, measure, say } = steps;
  const { commit, parent } = commits;
  // A claim of memory alone needs no gain in time, but no loss either.
  const wantsSpeed = claim.claimedRatio !== null || claim.claimedMiB === null;
  const wantsMemory = claim.claimedMiB !== null;
  const ratios: number[] = [];
  const saved: MemoryRun[] = [];

  const session = async (sides: Sides): Promise<Ruling | null> => {
    if (wantsSpeed) {
      const ruling = await gainSession(steps, sides, ratios);
      if (ruling !== null) return ruling;
    }
    if (wantsMemory) {
      const run = await measureMemory(
        context,
        measure,
        { ...sides, scale: findings.scale, kind: "memory" },
        steps.looks,
      );
      findings.sessions.push(run.session);
      findings.intervalMiB = widest(findings.intervalMiB, run.interval);
      saved.push(run);
      say("memory", run.message);
      if (!wantsSpeed) findings.pValue = Math.max(saved.length === 1 ? 0 : findings.pValue, run.pValue);
      if (run.quotable === null && !wantsSpeed) return { reason: "no_gain", explanation: run.message };
    }
    return null;
  };

  {
    say("build", "Building the parent commit twice, and the commit.");
    await using a = await steps.build({ commit: parent, parent });
    await using b = await steps.build({ commit, parent });
    await using again = await steps.build({ commit: parent, parent });
    const prepared = await prepare(steps, { a, b }, again);
    if (prepared !== null) return prepared;
    const before = context.sandbox.protects ? null : await treeState(b.root);
    const first = await session({ a, b });
    const written = before === null ? null : writtenFile(before, await treeState(b.root));
    if (written !== null) {
      findings.guard("writes_files", "The benchmark wrote into the worktree while it was measured.", written);
      steps.release();
    }
    if (first !== null) return first;
    const elsewhere = await checkSizes(context, measure, { a, b, scale: findings.scale });
    say("checks", elsewhere.message);
    if (elsewhere.fault !== null) return { reason: "not_scaling", explanation: elsewhere.fault };
    if (elsewhere.slowest.ratio < LEAST_ELSEWHERE) {
      const { ratio, where } = elsewhere.slowest;
      return { reason: "no_gain", explanation: `It is slower elsewhere: ${ratio.toFixed(2)}x at ${where}.` };
    }
    if (wantsSpeed && elsewhere.withoutStart < LEAST_GAIN) {
      return {
        reason: "not_scaling",
        explanation: `Without the start of the process it is ${elsewhere.withoutStart.toFixed(2)}x: the work itself gains too little.`,
      };
    }
    if (wantsSpeed) {
      findings.withoutStart = elsewhere.withoutStart;
      ratios.push(elsewhere.withoutStart);
      if (elsewhere.withoutStart > MOST_WITHOUT_START) guardGreatGain(elsewhere.withoutStart, findings);
    }
    const between = await betweenSessions({ a, b });
    if (between !== null) return between;
  }
  if (context.settings.secondSession) {
    say("build", "Building both sides again for the second session.");
    await using a = await steps.build({ commit: parent, parent });
    await using b = await steps.build({ commit, parent });
    const second = await session({ a, b });
    if (second !== null) return second;
  }
  if (wantsSpeed) findings.quotable = roundRatioDown(Math.min(...ratios));
  const amounts = saved.map(({ quotable }) => quotable);
  findings.quotableMiB =
    amounts.length > 0 && amounts.every((amount) => amount !== null) ? Math.min(...amounts) : null;
  if (wantsMemory && findings.quotableMiB === null) findings.note("The memory reduction was not reproduced.");
  return null;
}

/** One gain session. An interval that stays too wide gets longer samples and a second chance; both stand in the proof. */
async function gainSession(steps: ClaimSteps, sides: Sides, ratios: number[]): Promise<Ruling | null> {
  const { context, findings, measure, looks, say } = steps;
  const floor = gainFloor(findings.noiseFloor ?? 0);
  for (let attempt = 0; ; attempt += 1) {
    const scale = findings.scale * LONGER ** attempt;
    const run = await measureGain(context, measure, { kind: "gain", ...sides, scale, floor }, looks);
    findings.sessions.push(run.session);
    guardSession(run, findings);
    steps.release();
    say("gain", `With the commit: ${describeLook(run.last)}.`);
    const ruling = judgeLook(run.last, floor);
    if (attempt === 0 && isTooWide(run.last) && run.last.interval[1] >= LEAST_GAIN) continue;
    // Of two sessions the more cautious bounds stand; each chance to err counts.
    findings.interval = widest(findings.interval, run.last.interval);
    findings.pValue = Math.max(
      ratios.length === 0 ? 0 : findings.pValue,
      Math.min(1, run.pValue * (attempt + 1)),
    );
    ratios.push(run.last.estimate);
    return ruling;
  }
}

/** Calibration, digests and control. A noisy control gets longer samples and a second chance. */
async function prepare(steps: ClaimSteps, sides: Sides, again: Side): Promise<Ruling | null> {
  const { context, findings, measure, say } = steps;
  let { sampleSeconds } = context.settings;
  for (let attempt = 0; ; attempt += 1) {
    const calibration = await calibrate(measure, sides.a, sampleSeconds, () => drawSeed(context.random));
    findings.scale = calibration.scale;
    say(
      "calibrate",
      `At scale ${calibration.scale} a sample of the parent commit takes ${calibration.atScale.toFixed(2)} s.`,
    );
    if (attempt === 0) {
      const weak = await checkDigests(context, measure, { ...sides, scale: calibration.scale });
      if (weak !== null) return { reason: "workload_failed", explanation: weak };
    }
    const control = await measureControl(context, measure, {
      a: sides.a,
      b: again,
      scale: calibration.scale,
    });
    findings.sessions.push(control.session);
    findings.noiseFloor = noiseFloorOf(control.look);
    const same = contains(control.look, 1);
    const floor = gainFloor(findings.noiseFloor);
    say(
      "control",
      `The parent commit against itself: ${range(control.look.interval)}; a gain must be above ${floor.toFixed(3)}.`,
    );
    if (same && findings.noiseFloor <= NOISY) return null;
    if (attempt === 0) {
      sampleSeconds *= 2;
      continue;
    }
    if (same) return null;
    return {
      reason: "unstable",
      explanation: `The parent commit differs from itself: ${range(control.look.interval)} with ${control.look.n} pairs.`,
    };
  }
}

function widest(
  known: readonly [number, number] | null,
  now: readonly [number, number],
): readonly [number, number] {
  return known === null ? now : [Math.min(known[0], now[0]), Math.max(known[1], now[1])];
}
