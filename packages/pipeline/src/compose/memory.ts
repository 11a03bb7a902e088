import type { ForkMemory } from "@universe-optimize/github-fork/github";
import type { StateStore } from "@universe-optimize/state-store";

/** An adapter's part of the database's memory: keys of different adapters cannot meet. */
export function adapterMemory(
  store: StateStore,
  adapter: string,
): {
  get(key: string): Promise<string | null>;
  set(key: string, value: string, until: Date): Promise<void>;
} {
  return {
    async get(key) {
      const value = await store.recall(`${adapter}/${key}`);
      return typeof value === "string" ? value : null;
    },
    set: (key, value, until) => store.remember(`${adapter}/${key}`, value, until),
  };
}

/** What GitHub said of its limits, for all that ask it in this campaign: who asks again inside a cool-down is banned. */
export function githubMemory(store: StateStore): ForkMemory {
  const kept = adapterMemory(store, "github");
  return {
    get: (key) => kept.get(key),
    set: (key, value, ttlMs) => kept.set(key, value, new Date(Date.now() + ttlMs)),
  };
}
