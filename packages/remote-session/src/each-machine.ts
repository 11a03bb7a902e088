import { Slots } from "./slots.ts";
import { takePlace } from "./take-place.ts";

export interface EachMachineOptions {
  /** How many are worked on at once; default 32. */
  readonly concurrency?: number;
  /** One that takes longer goes on, but gives its place to the next. Infinity: the bound is strict. Default 5,000. */
  readonly slowAfterMs?: number;
  readonly signal?: AbortSignal;
}

/**
 * Does `act` for each machine, first come first served, at most `concurrency` at once, not counting those that are slow:
 * a machine that hangs until its deadline delays nobody. One that fails stops nothing.
 *
 * @returns what became of each, in the order of `machines`
 * @throws the signal's reason; what runs already is not waited for then, so give `act` the signal too
 */
export async function eachMachine<M, T>(
  machines: readonly M[],
  act: (machine: M, index: number) => Promise<T>,
  options: EachMachineOptions = {},
): Promise<PromiseSettledResult<T>[]> {
  const { concurrency = 32, slowAfterMs = 5_000, signal = new AbortController().signal } = options;
  const slots = new Slots(concurrency);
  const running: Promise<PromiseSettledResult<T>>[] = [];
  for (const [index, machine] of machines.entries()) {
    const leave = await takePlace(slots, slowAfterMs, signal);
    running.push(
      act(machine, index)
        .then(
          (value): PromiseSettledResult<T> => ({ status: "fulfilled", value }),
          (reason: unknown): PromiseSettledResult<T> => ({ status: "rejected", reason }),
        )
        .finally(leave),
    );
  }
  const results = await Promise.all(running);
  signal.throwIfAborted();
  return results;
}
