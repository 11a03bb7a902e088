import type { Look } from "../proof.ts";

/** No gain below this is worth a mail, however surely it is measured. */
export const LEAST_GAIN = 1.05;
/** No workload may run slower than this. */
export const LEAST_ELSEWHERE = 0.95;
/** A wider interval, in either direction from the estimate, says too little. */
export const MOST_HALF_WIDTH = 0.1;
/** Larger gains are more often a broken measurement than a better algorithm (GSO and KernelBench report both). */
export const MOST_GAIN = 10;
/** Chance that any claim of a project is verified without a gain. */
export const FAMILY_ALPHA = 0.05;
/** Memory: what must at least be saved, in MiB and as a part of the parent's. */
export const LEAST_MIB = 5;
export const LEAST_MEMORY_PART = 0.03;

/** The greatest |bound - 1| of parent against parent. */
export function noiseFloorOf(control: Look): number {
  return Math.max(Math.abs(control.interval[0] - 1), Math.abs(control.interval[1] - 1));
}

/** Above twice the noise that the same code shows against itself, and above the least gain. */
export function gainFloor(noiseFloor: number): number {
  return Math.max(LEAST_GAIN, 1 + 2 * noiseFloor);
}

/** Half of the interval's width, as a part of the estimate. */
export function halfWidth(look: Look): number {
  return (look.interval[1] - look.interval[0]) / 2 / look.estimate;
}
