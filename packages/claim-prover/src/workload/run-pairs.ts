import type { Side } from "../build/make-side.ts";
import type { Pair } from "../proof.ts";
import { drawSeed, integerBelow, type Random } from "../stats/random.ts";
import { runSample, type Measure, type Sample } from "./run-sample.ts";

/** A pair of fresh processes at the same seed and scale. */
export interface PairSample {
  readonly seed: number;
  readonly scale: number;
  readonly a: Sample;
  readonly b: Sample;
}

/** The results of the two sides differ: where. */
export class OutputDiffers extends Error {
  override readonly name = "OutputDiffers";
}

export interface PairPlan {
  readonly a: Side;
  readonly b: Side;
  readonly scale: number;
  /** Draws from here: order, seeds, sizes, paddings. */
  readonly random: Random;
  /** A seed for all pairs; without it each pair has its own, never used before. */
  readonly seed?: number;
  /** How far a pair's scale may lie from `scale`. Default 0.1: results that were kept for one size help with no other. */
  readonly spread?: number;
  readonly watchMemory?: boolean;
}

/**
 * One interleaved pair: the order is chance, and so is the padding of each environment. Digests must agree, or `OutputDiffers` is
 * thrown; so every pair of every session is also a comparison of results at a size that is measured.
 */
export async function runPair(measure: Measure, plan: PairPlan): Promise<PairSample> {
  const { random } = plan;
  const seed = plan.seed ?? drawSeed(random);
  const spread = plan.spread ?? 0.1;
  const scale = Math.max(1, Math.round(plan.scale * (1 + spread * (2 * random() - 1))));
  const hashSeed = integerBelow(random, 2 ** 32 - 1);
  const run = async (side: Side): Promise<Sample> =>
    await runSample(measure, side, {
      seed,
      scale,
      hashSeed,
      padding: integerBelow(random, 4096),
      watchMemory: plan.watchMemory ?? false,
    });
  let a: Sample;
  let b: Sample;
  if (random() < 0.5) {
    a = await run(plan.a);
    b = await run(plan.b);
  } else {
    b = await run(plan.b);
    a = await run(plan.a);
  }
  if (a.digest !== b.digest) {
    throw new OutputDiffers(`The results differ at seed ${seed} and scale ${scale}.`);
  }
  return { seed, scale, a, b };
}

export function timesOf(pairs: readonly PairSample[]): Pair[] {
  return pairs.map(({ a, b }) => [a.seconds, b.seconds]);
}

/** Times are told in steps of this, cut off: seconds. */
const STEP = 0.01;

/**
 * Processor time of all of A's samples against all of B's; sums, because single times are told in coarse steps. Null where the system does not
 * tell them, or B's are a few steps only: then no work was moved either.
 */
export function processorRatio(pairs: readonly PairSample[]): number | null {
  let [sumA, sumB] = [0, 0];
  for (const { a, b } of pairs) {
    if (a.cpuSeconds === null || b.cpuSeconds === null) return null;
    sumA += a.cpuSeconds + STEP / 2;
    sumB += b.cpuSeconds + STEP / 2;
  }
  return sumB / pairs.length < 5 * STEP ? null : sumA / sumB;
}
