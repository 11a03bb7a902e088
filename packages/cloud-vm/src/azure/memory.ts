/** A small store of texts that expire. One on a database shares blocks and pauses between processes. */
export interface Memory {
  /** null: never set, or expired. */
  get(key: string): Promise<string | null>;
  set(key: string, value: string, expiresAt: Date): Promise<void>;
}

const MAX_ENTRIES = 10_000;

/** A `Memory` in this process. */
export function processMemory(now: () => number = Date.now): Memory {
  const entries = new Map<string, { readonly value: string; readonly expiresAt: number }>();
  return {
    async get(key) {
      const entry = entries.get(key);
      if (entry === undefined) return null;
      if (entry.expiresAt > now()) return entry.value;
      entries.delete(key);
      return null;
    },
    async set(key, value, expiresAt) {
      if (entries.size >= MAX_ENTRIES)
        for (const [name, entry] of entries) if (entry.expiresAt <= now()) entries.delete(name);
      entries.set(key, { value, expiresAt: expiresAt.getTime() });
    },
  };
}
