/** A logarithmic axis of ratios. */
export interface LogAxis {
  readonly low: number;
  readonly high: number;
  /** Where a ratio lies, as a part of the axis from 0 to 1; what lies beyond an end is at that end. */
  at(ratio: number): number;
  /** Whether a ratio lies within the axis. */
  holds(ratio: number): boolean;
  /** Ratios worth a label, ascending; always with 1. */
  readonly ticks: readonly number[];
}

/** Most welcome first: a tick is drawn where it has room beside those before it. */
const WELCOME = [
  1, 2, 5, 10, 1.5, 3, 0.5, 1.2, 20, 50, 100, 0.2, 0.8, 7, 0.1, 1.1, 0.9, 1.3, 0.7, 4, 30, 1.05, 0.95, 200,
  500, 0.05, 1.02, 0.98,
];

/** An axis that shows `values` with some room, and 1. `leastGap`: between two ticks, as a part of the axis. */
export function logAxis(values: readonly number[], leastGap: number): LogAxis {
  const usable = values.filter((value) => Number.isFinite(value) && value > 0);
  const low = Math.max(1e-3, Math.min(0.97, ...usable));
  const high = Math.min(1e4, Math.max(1.12, ...usable));
  const room = 0.05 * Math.log(high / low);
  const [from, to] = [Math.log(low) - room, Math.log(high) + room];
  const at = (ratio: number): number =>
    ratio > 0 ? Math.min(1, Math.max(0, (Math.log(ratio) - from) / (to - from))) : 0;
  const holds = (ratio: number): boolean => ratio > 0 && Math.log(ratio) >= from && Math.log(ratio) <= to;
  const ticks: number[] = [];
  for (const tick of WELCOME) {
    if (holds(tick) && ticks.every((other) => Math.abs(at(other) - at(tick)) >= leastGap)) ticks.push(tick);
  }
  return { low: Math.exp(from), high: Math.exp(to), at, holds, ticks: ticks.toSorted((a, b) => a - b) };
}
