import { median } from "simple-statistics";

import { logRatios } from "../stats/interval.ts";
import { drawSeed } from "../stats/random.ts";
import type { Side } from "../build/make-side.ts";
import { digestBits, LEAST_DIGEST_BITS } from "../workload/digest-strength.ts";
import { OutputDiffers, runPair, timesOf, type PairSample } from "../workload/run-pairs.ts";
import { runSample, type Measure } from "../workload/run-sample.ts";
import type { ProofContext } from "./context.ts";
import { LEAST_ELSEWHERE, LEAST_GAIN, MOST_GAIN } from "./thresholds.ts";
import { judgeScaling, mediansOf, surelyExceeds } from "./scaling.ts";

/** The seed that everybody knows; an agent may well have tried it. */
const PUBLISHED_SEED = 1;
/** Seeds at which digests are compared at a small size, beside those of every measured pair. */
const SMALL_SEEDS = 8;

interface Sides {
  readonly a: Side;
  readonly b: Side;
  readonly scale: number;
}

/**
 * Compares results at small sizes and several seeds, and judges whether the digests tell enough of them. A text: why they do not. Throws
 * `OutputDiffers`.
 */
export async function checkDigests(
  context: ProofContext,
  measure: Measure,
  sides: Sides,
): Promise<string | null> {
  const scale = Math.max(1, Math.round(sides.scale / 20));
  const digests: string[] = [];
  const seeds = [PUBLISHED_SEED, ...Array.from({ length: SMALL_SEEDS - 1 }, () => drawSeed(context.random))];
  for (const seed of seeds) {
    const [a, b] = [
      await runSample(measure, sides.a, { seed, scale }),
      await runSample(measure, sides.b, { seed, scale, hashSeed: 1 }),
    ];
    if (seed === PUBLISHED_SEED) {
      const again = await runSample(measure, sides.a, { seed, scale, hashSeed: 1 });
      if (again.digest !== a.digest)
        return "The benchmark's digest differs between two runs of the parent commit at the same seed.";
    }
    if (a.digest !== b.digest)
      throw new OutputDiffers(`The results differ at seed ${seed} and scale ${scale}.`);
    digests.push(a.digest);
  }
  if (new Set(digests).size === 1)
    return "The benchmark's digest is the same at every seed, so it proves no results.";
  const bits = digestBits(digests);
  return bits < LEAST_DIGEST_BITS
    ? `The benchmark's digest tells too little of its results (about ${Math.floor(bits)} bits, such as ${JSON.stringify(digests[0]?.slice(0, 40))}): a count or a rounded sum would not show a wrong one.`
    : null;
}

export interface SizeCheck {
  readonly fault: string | null;
  readonly withoutStart: number;
  readonly slowest: { readonly ratio: number; readonly where: string };
  readonly message: string;
}

interface Rounds {
  readonly one: PairSample[];
  readonly n: PairSample[];
  readonly double: PairSample[];
  readonly published: PairSample[];
}

/**
 * Other sizes and the published seed: does the time grow with the work, is the start as quick as before, is it slower anywhere? The sizes take turns, so that
 * drift meets them alike. What looks wrong is looked at again with thrice the pairs before it counts.
 */
export async function checkSizes(context: ProofContext, measure: Measure, plan: Sides): Promise<SizeCheck> {
  const rounds: Rounds = { one: [], n: [], double: [], published: [] };
  const pair = async (scale: number, seed?: number): Promise<PairSample> =>
    await runPair(measure, {
      ...plan,
      scale,
      random: context.random,
      spread: 0,
      ...(seed === undefined ? {} : { seed }),
    });
  let check: SizeCheck | null = null;
  for (const wanted of [context.settings.checkPairs, 3 * context.settings.checkPairs]) {
    while (rounds.one.length < wanted) {
      rounds.one.push(await pair(1));
      rounds.n.push(await pair(plan.scale));
      rounds.double.push(await pair(2 * plan.scale));
      rounds.published.push(await pair(plan.scale, PUBLISHED_SEED));
    }
    check = judgeRounds(rounds);
    const fine =
      check.fault === null &&
      check.slowest.ratio >= LEAST_ELSEWHERE &&
      check.withoutStart >= LEAST_GAIN &&
      check.withoutStart <= MOST_GAIN;
    if (fine) break;
  }
  return check ?? judgeRounds(rounds);
}

function judgeRounds(rounds: Rounds): SizeCheck {
  const sizes = { one: mediansOf(rounds.one), n: mediansOf(rounds.n), double: mediansOf(rounds.double) };
  const { withoutStart, fault } = judgeScaling(sizes, surelyExceeds(rounds.one), rounds.n[0]?.scale);
  const places = [
    { ratio: ratioOf(rounds.double), where: "twice the size" },
    { ratio: ratioOf(rounds.published), where: "the published seed" },
  ];
  const slowest = places.reduce((worst, place) => (place.ratio < worst.ratio ? place : worst));
  return {
    fault,
    withoutStart,
    slowest,
    message: `${places.map(({ ratio, where }) => `${ratio.toFixed(2)}x at ${where}`).join(", ")}; ${withoutStart === Infinity ? "no growth" : `${withoutStart.toFixed(2)}x`} without the start of the process.`,
  };
}

/** Of the pairs, not of sums: drift between them is none of the commit's. */
function ratioOf(pairs: readonly PairSample[]): number {
  return Math.exp(median(logRatios(timesOf(pairs))));
}
