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
