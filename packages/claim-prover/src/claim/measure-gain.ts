import type { Side } from "../build/make-side.ts";
import type { Look, Session } from "../proof.ts";
import { signTest } from "../stats/holm.ts";
import { lookAt, orderStatistic } from "../stats/interval.ts";
import type { PlannedLook } from "../stats/looks.ts";
import { drawSeed, randomFrom } from "../stats/random.ts";
import { processorRatio, runPair, timesOf, type PairSample } from "../workload/run-pairs.ts";
import type { Measure } from "../workload/run-sample.ts";
import { runSession, type SessionRun } from "../workload/run-session.ts";
import type { ProofContext } from "./context.ts";
import { FAMILY_ALPHA, MOST_HALF_WIDTH, halfWidth, noiseFloorOf } from "./thresholds.ts";

/** A control above this is measured with more pairs: a few spikes among twelve say little of the machine. */
const CALM_ENOUGH = 0.03;

/** Parent against a second build of the parent. More pairs are drawn while the machine is noisy, up to the greatest look. */
export async function measureControl(
  context: ProofContext,
  measure: Measure,
  sides: { readonly a: Side; readonly b: Side; readonly scale: number },
): Promise<{ readonly session: Session; readonly look: Look }> {
  const { settings } = context;
  const masterSeed = drawSeed(context.random);
  const random = randomFrom(masterSeed);
  const pairs: PairSample[] = [];
  const looks: Look[] = [];
  const sizes = [settings.controlPairs, ...settings.looks.filter((n) => n > settings.controlPairs)];
  for (const n of sizes) {
    while (pairs.length < n) pairs.push(await runPair(measure, { ...sides, random }));
    const look = lookAt(timesOf(pairs), Math.max(1, orderStatistic(n, settings.alpha)));
    looks.push(look);
    if (isCalm(look)) break;
  }
  const look = looks.at(-1) as Look;
  const session: Session = {
    kind: "control",
    seed: masterSeed,
    scale: sides.scale,
    looks,
    samples: timesOf(pairs),
    seeds: pairs.map((pair) => pair.seed),
    scales: pairs.map((pair) => pair.scale),
  };
  return { session, look };
}

/** Whether a control needs no more pairs: it holds 1, closely. */
export function isCalm(look: Look): boolean {
  return contains(look, 1) && noiseFloorOf(look) <= CALM_ENOUGH;
}

export function contains(look: Look, value: number): boolean {
  return look.interval[0] <= value && value <= look.interval[1];
}

export interface GainRun extends SessionRun {
  readonly passed: boolean;
  readonly pValue: number;
  /** The ratio of the processor time of all processes; null where the system does not tell, or the times are too short to tell. */
  readonly processor: number | null;
}

/**
 * One session of A against B (or of two other sides). It ends early when the interval lies wholly above the floor and the pairs carry the
 * claim among all claims of the project, or wholly below it.
 */
export async function measureGain(
  context: ProofContext,
  measure: Measure,
  plan: {
    readonly kind: Session["kind"];
    readonly a: Side;
    readonly b: Side;
    readonly scale: number;
    readonly floor: number;
  },
  looks: readonly PlannedLook[],
): Promise<GainRun> {
  const masterSeed = drawSeed(context.random);
  // Bonferroni while measuring is stricter than Holm afterwards, so what is settled here stays settled there.
  const alpha = FAMILY_ALPHA / Math.max(1, context.request.claims.length);
  const run = await runSession(
    measure,
    { ...plan, masterSeed, random: randomFrom(masterSeed) },
    looks,
    (look, samples) =>
      look.interval[1] < plan.floor ||
      (look.interval[0] >= plan.floor &&
        halfWidth(look) <= MOST_HALF_WIDTH &&
        signTest(samples, looks.length) <= alpha),
  );
  return {
    ...run,
    passed: run.last.interval[0] >= plan.floor,
    pValue: signTest(run.session.samples, looks.length),
    processor: processorRatio(run.pairs),
  };
}
