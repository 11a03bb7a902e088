import type { StateStore } from "./store.ts";

/**
 * The same store, in which no machine is begun while `mostAlive()` are alive: a semaphore over every process that asks the
 * same way, counted in the machines' own rows. So nothing can leak: a place is free when its machine is gone, whoever made it.
 * `beginStep` throws `capacity` (retryable) then. Disposing of either disposes of both.
 */
export function withMachineCap(store: StateStore, mostAlive: () => number): StateStore {
  return new Proxy(store, {
    get(target, name) {
      if (name === "beginStep") {
        const beginStep: StateStore["beginStep"] = (fence, runId, step, machine) =>
          target.beginStep(
            fence,
            runId,
            step,
            ...(machine === undefined ? [] : [{ mostAlive: mostAlive(), ...machine }]),
          );
        return beginStep;
      }
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === "function" ? (value.bind(target) as unknown) : value;
    },
  });
}
