import type { Side } from "../build/make-side.ts";
import type { Look, Pair, Session } from "../proof.ts";
import { signTest } from "../stats/holm.ts";
import { differenceAt } from "../stats/interval.ts";
import type { PlannedLook } from "../stats/looks.ts";
import { drawSeed, randomFrom } from "../stats/random.ts";
import { roundMiBDown } from "../stats/rounding.ts";
import { median } from "simple-statistics";
import type { PairSample } from "../workload/run-pairs.ts";
import type { Measure } from "../workload/run-sample.ts";
import { runSession } from "../workload/run-session.ts";
import type { ProofContext } from "./context.ts";
import { LEAST_MEMORY_PART, LEAST_MIB } from "./thresholds.ts";

export interface MemoryRun {
  readonly session: Session;
  readonly last: Look;
  readonly pValue: number;
  /** MiB saved. */
  readonly interval: readonly [number, number];
  /** MiB that may be said, rounded down; null: too little was saved, or too unsurely. */
  readonly quotable: number | null;
  readonly message: string;
}

/** Peak memory of fresh processes, parent against commit. What is saved must exceed 5 MiB and 3 % of what the parent needs. */
export async function measureMemory(
  context: ProofContext,
  measure: Measure,
  sides: { readonly a: Side; readonly b: Side; readonly scale: number; readonly kind: "memory" | "ablation" },
  looks: readonly PlannedLook[],
): Promise<MemoryRun> {
  const masterSeed = drawSeed(context.random);
  const floorOf = (samples: readonly Pair[]): number =>
    Math.max(LEAST_MIB, LEAST_MEMORY_PART * median(samples.map(([a]) => a)));
  const { session, last } = await runSession(
    measure,
    { ...sides, masterSeed, random: randomFrom(masterSeed), watchMemory: true },
    looks,
    (look, samples) => look.interval[0] >= floorOf(samples) || look.interval[1] < floorOf(samples),
    { measured: peaks, look: differenceAt },
  );
  const floor = floorOf(session.samples);
  const quotable = last.interval[0] >= floor ? roundMiBDown(last.estimate) : null;
  const [lower, upper] = last.interval;
  return {
    session,
    last,
    pValue: signTest(session.samples, looks.length),
    interval: last.interval,
    quotable,
    message: `Peak memory falls by ${last.estimate.toFixed(1)} MiB (${lower.toFixed(1)} to ${upper.toFixed(1)}); it must be at least ${floor.toFixed(1)} MiB.`,
  };
}

function peaks(pairs: readonly PairSample[]): Pair[] {
  return pairs.map(({ a, b }) => {
    if (a.peakMiB === null || b.peakMiB === null)
      throw new Error("This computer does not tell the memory of processes.");
    return [a.peakMiB, b.peakMiB];
  });
}
