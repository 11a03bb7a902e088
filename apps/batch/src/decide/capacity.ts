/** What bounds how many runs may start now. */
export interface CapacityInput {
  /** Machines alive at most. */
  readonly machines: number;
  /** Runs that have a machine, or will have one. */
  readonly holding: number;
  /** Runs begun at once at most, and how many are at their beginning now. */
  readonly starts: number;
  readonly starting: number;
  /** Machines alive at most, by region; empty: not bounded. */
  readonly regions: Readonly<Record<string, number>>;
  /** Machines alive whose region is known. */
  readonly aliveIn: Readonly<Record<string, number>>;
}

/**
 * How many runs may start. The provider chooses the region, and may fall back on another one: so a run that has no machine yet is counted
 * in each bounded region, and a full region holds all starts back. That way no region is ever above its bound.
 */
export function freeSlots({ machines, holding, starts, starting, regions, aliveIn }: CapacityInput): number {
  const placed = Object.values(aliveIn).reduce((sum, count) => sum + count, 0);
  const unplaced = Math.max(0, holding - placed);
  const inRegions = Object.entries(regions).map(([region, cap]) => cap - (aliveIn[region] ?? 0) - unplaced);
  return Math.max(0, Math.min(machines - holding, starts - starting, ...inRegions));
}
