import type { Side } from "../build/make-side.ts";
import { runSample, WorkloadFailure, type Measure } from "./run-sample.ts";

/** The scale at which a sample is long enough. */
export interface Calibration {
  readonly scale: number;
  /** Of the parent commit at scale 1 and at `scale`, seconds. */
  readonly atOne: number;
  readonly atScale: number;
}

const MAX_SCALE = 100_000_000;

/**
 * Finds the scale at which the parent commit's work, without the start of the process, takes `sampleSeconds`. Throws `WorkloadFailure` when
 * the time does not grow with the scale: then there is nothing to measure.
 */
export async function calibrate(
  measure: Measure,
  parent: Side,
  sampleSeconds: number,
  nextSeed: () => number,
): Promise<Calibration> {
  const time = async (scale: number): Promise<number> => {
    const { seconds } = await runSample(measure, parent, { seed: nextSeed(), scale });
    return seconds;
  };
  const atOne = Math.min(await time(1), await time(1));
  let scale = 1;
  let seconds = atOne;
  while (scale < MAX_SCALE) {
    const work = seconds - atOne;
    // The first unit is in `atOne` too; from scale 2 on its share is known.
    if (scale > 1 && work + work / (scale - 1) >= sampleSeconds) return { scale, atOne, atScale: seconds };
    const factor =
      work > 0.02
        ? Math.min(10, Math.max(1.2, (1.1 * sampleSeconds) / work))
        : scale === 1 && atOne > sampleSeconds
          ? 2
          : 10;
    scale = Math.min(MAX_SCALE, Math.max(scale + 1, Math.ceil(scale * factor)));
    seconds = await time(scale);
    if (scale >= 1000 * 1000 && seconds - atOne < 0.02) break;
  }
  throw new WorkloadFailure(
    parent.commit,
    `takes ${seconds.toFixed(3)} s at scale ${scale} and ${atOne.toFixed(3)} s at 1: its time does not grow with UNIVERSE_SCALE`,
  );
}
