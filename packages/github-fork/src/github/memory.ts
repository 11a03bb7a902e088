import { createHash } from "node:crypto";
import { mkdir, open, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { randomUUID } from "node:crypto";

/** A small key-value memory: cool-downs, so that a restarted process keeps them, and answers for conditional requests. */
export interface ForkMemory {
  /** null: never set, expired, or lost. */
  get(key: string): Promise<string | null>;
  set(key: string, value: string, ttlMs: number): Promise<void>;
}

/** A memory that ends with the process. It keeps the newest 2,000 keys. */
export function processMemory(now: () => number = Date.now): ForkMemory {
  const kept = new Map<string, { readonly value: string; readonly until: number }>();
  return {
    get: (key) => {
      const found = kept.get(key);
      return Promise.resolve(found !== undefined && found.until > now() ? found.value : null);
    },
    set: (key, value, ttlMs) => {
      kept.delete(key);
      kept.set(key, { value, until: now() + ttlMs });
      const oldest = kept.size > 2000 ? kept.keys().next().value : undefined;
      if (oldest !== undefined) kept.delete(oldest);
      return Promise.resolve();
    },
  };
}

/**
 * A memory in a folder, one file a key, for several processes on one computer. A file appears whole or not at all;
 * a damaged one counts as forgotten.
 */
export function fileMemory(directory: string, now: () => number = Date.now): ForkMemory {
  const fileOf = (key: string): string =>
    join(directory, `${createHash("sha256").update(key).digest("hex").slice(0, 40)}.json`);
  let swept = false;
  return {
    async get(key) {
      try {
        const entry = JSON.parse(await readFile(fileOf(key), "utf8")) as Record<string, unknown>;
        const { value, until } = entry;
        if (entry["key"] !== key || typeof value !== "string" || typeof until !== "number") return null;
        return until > now() ? value : null;
      } catch {
        return null;
      }
    },
    async set(key, value, ttlMs) {
      await mkdir(directory, { recursive: true, mode: 0o700 });
      if (!swept) {
        swept = true;
        await sweep(directory, now());
      }
      const temporary = join(directory, `${randomUUID()}.tmp`);
      await using file = await open(temporary, "wx", 0o600);
      await file.writeFile(JSON.stringify({ key, value, until: now() + ttlMs }));
      await rename(temporary, fileOf(key));
    },
  };
}

const oldestMs = 45 * 24 * 60 * 60_000;

/** Removes what nobody can need any more. */
async function sweep(directory: string, now: number): Promise<void> {
  for (const name of await readdir(directory)) {
    const path = join(directory, name);
    const found = await stat(path).catch(() => null);
    const limit = name.endsWith(".tmp") ? 60_000 : oldestMs;
    if (found !== null && now - found.mtimeMs > limit) await rm(path, { force: true });
  }
}
