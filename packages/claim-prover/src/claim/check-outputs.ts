import { drawSeed } from "../stats/random.ts";
import type { Side } from "../build/make-side.ts";
import { digestBits, LEAST_DIGEST_BITS } from "../workload/digest-strength.ts";
import { OutputDiffers, runPair, type PairSample } from "../workload/run-pairs.ts";
import { runSample, type Measure } from "../workload/run-sample.ts";
import type { ProofContext } from "./context.ts";
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

/** Other sizes and the published seed: does the time grow with the work, is the start as quick as before, is it slower anywhere? */
export async function checkSizes(context: ProofContext, measure: Measure, plan: Sides): Promise<SizeCheck> {
  const pairsAt = async (scale: number, seed?: number): Promise<PairSample[]> => {
    const pairs: PairSample[] = [];
    for (let i = 0; i < context.settings.checkPairs; i += 1) {
      pairs.push(
        await runPair(measure, {
          ...plan,
          scale,
          random: context.random,
          spread: 0,
          ...(seed === undefined ? {} : { seed }),
        }),
      );
    }
    return pairs;
  };
  const one = await pairsAt(1);
  const single = await pairsAt(plan.scale);
  const double = await pairsAt(2 * plan.scale);
  const published = await pairsAt(plan.scale, PUBLISHED_SEED);
  const sizes = { one: mediansOf(one), n: mediansOf(single), double: mediansOf(double) };
  const { withoutStart, fault } = judgeScaling(sizes, surelyExceeds(one));
  const places = [
    { ratio: sizes.double[0] / sizes.double[1], where: "twice the size" },
    { ratio: ratioOf(published), where: "the published seed" },
  ];
  const slowest = places.reduce((worst, place) => (place.ratio < worst.ratio ? place : worst));
  return {
    fault,
    withoutStart,
    slowest,
    message: `${places.map(({ ratio, where }) => `${ratio.toFixed(2)}x at ${where}`).join(", ")}; ${withoutStart === Infinity ? "no growth" : `${withoutStart.toFixed(2)}x`} without the start of the process.`,
  };
}

function ratioOf(pairs: readonly PairSample[]): number {
  const [a, b] = mediansOf(pairs);
  return a / b;
}
