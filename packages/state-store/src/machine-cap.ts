import type { StateStore } from "./store.ts";

/**
 * The same store, in which no machine is begun while `mostAlive()` are alive: a semaphore over every process that asks the
 * same way, counted in the machines' own rows. So nothing can leak: a place is free when its machine is gone, whoever made it.
 * `beginStep` throws `capacity` (retryable) then. Disposing of either disposes of both.
 */
export function withMachineCap(store: StateStore, mostAlive: () => number): StateStore {
  const beginStep: StateStore["beginStep"] = (fence, runId, step, machine) =>
    machine === undefined
      ? store.beginStep(fence, runId, step)
      : store.beginStep(fence, runId, step, { mostAlive: mostAlive(), ...machine });
  return { ...bound(store), beginStep };
}

/** Everything of an object, each method called on it. By arrows: `await using` of Node 24 takes no function of `bind`. */
function bound<Value extends object>(value: Value): Value {
  const copy: Record<PropertyKey, unknown> = {};
  for (let level: object = value; level !== Object.prototype; level = Reflect.getPrototypeOf(level)!) {
    for (const name of Reflect.ownKeys(level)) {
      if (name in copy || name === "constructor") continue;
      const member: unknown = Reflect.get(value, name);
      copy[name] =
        typeof member === "function"
          ? (...values: unknown[]) => Reflect.apply(member, value, values) as unknown
          : member;
    }
  }
  return copy as Value;
}
