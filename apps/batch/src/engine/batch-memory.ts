import { z } from "zod";
import type { StateStore } from "@universe-optimize/state-store";
import type { Canary } from "../decide/canary.ts";
import type { Pause, Resumption } from "../decide/plan.ts";

const pause: z.ZodType<Pause> = z.object({
  kind: z.enum(["breaker", "wave", "canary", "operator"]),
  reason: z.string(),
  at: z.string(),
  wave: z.number(),
});
const resumption: z.ZodType<Resumption> = z.object({
  at: z.number(),
  acceptedWaves: z.number(),
  retryFrom: z.number().nullable(),
});
const canary: z.ZodType<Canary> = z.object({
  fingerprint: z.string(),
  state: z.enum(["running", "passed"]),
  projectId: z.string().nullable(),
  runNumber: z.number(),
});
/** The machine of a failed run: kept until then (ms); 0 with the reason where it is not. */
export interface Keeping {
  readonly until: number;
  readonly refusal: string | null;
}

const keeping: z.ZodType<Keeping> = z.object({ until: z.number(), refusal: z.string().nullable() });

export const NEVER_RESUMED: Resumption = { at: 0, acceptedWaves: 0, retryFrom: null };

type Memory = Pick<StateStore, "recall" | "remember">;

/** A value under one key. One that cannot be read counts as absent. */
export interface Slot<T> {
  read(store: Memory): Promise<T | null>;
  /** null forgets it. */
  write(store: Memory, value: T | null): Promise<void>;
}

function slot<T>(key: string, schema: z.ZodType<T>): Slot<T> {
  return {
    async read(store) {
      const parsed = schema.safeParse(await store.recall(key));
      return parsed.success ? parsed.data : null;
    },
    write: (store, value) => store.remember(key, value, null),
  };
}

/** What batches remember in the campaign's database, beside its runs. */
export const batchMemory: {
  readonly pause: Slot<Pause>;
  readonly resumption: Slot<Resumption>;
  readonly canary: Slot<Canary>;
  /** Id of the last event that was looked at. */
  readonly cursor: Slot<number>;
  /** When new runs were last let in by a schedule (ms). */
  readonly opened: Slot<number>;
  readonly keeping: (runId: string) => Slot<Keeping>;
} = {
  pause: slot("batch/pause", pause),
  resumption: slot("batch/resumption", resumption),
  canary: slot("batch/canary", canary),
  cursor: slot("batch/cursor", z.number()),
  opened: slot("batch/opened", z.number()),
  keeping: (runId) => slot(`batch/keep/${runId}`, keeping),
};
