import type { Memory } from "./memory.ts";

/** Buckets that Azure Resource Manager counts requests in. */
export type RateBucket = "reads" | "writes" | "deletes";

/** Tokens that a full bucket holds, and how many it gains a second. */
export interface RateLimit {
  readonly capacity: number;
  readonly perSecond: number;
}

export type RateLimits = Readonly<Record<RateBucket, RateLimit>>;

// Per region, subscription and principal:
// https://learn.microsoft.com/azure/azure-resource-manager/management/request-limits-and-throttling
export const AZURE_RATE_LIMITS: RateLimits = {
  reads: { capacity: 250, perSecond: 25 },
  writes: { capacity: 200, perSecond: 10 },
  deletes: { capacity: 200, perSecond: 10 },
};

/** Who goes first when there is not room for all: removals, then what decides, then looking how things go. */
export type Urgency = 0 | 1 | 2;

interface Level {
  readonly limit: RateLimit;
  tokens: number;
  at: number;
  /** false: Azure has not seen a request yet, so its bucket, full as it is, gains nothing. */
  answered: boolean;
  inFlight: number;
  pausedUntil: number;
}

interface Waiting {
  readonly bucket: RateBucket;
  readonly urgency: Urgency;
  readonly order: number;
  readonly go: () => void;
}

const MAX_IN_FLIGHT = 64;

/**
 * Lets requests through at the pace that Azure allows, for all workers of this process that use one principal.
 *
 * It keeps a model of each bucket, corrected downwards by what answers say is left, so that few requests are refused;
 * after a refusal no request of that bucket leaves before its `Retry-After` is over.
 */
export class RateGate {
  readonly #levels: Readonly<Record<RateBucket, Level>>;
  readonly #memories = new Map<Memory, string>();
  readonly #waiting: Waiting[] = [];
  #inFlight = 0;
  #order = 0;
  #timer: NodeJS.Timeout | null = null;

  constructor(limits: RateLimits = AZURE_RATE_LIMITS) {
    const level = (limit: RateLimit): Level => ({
      limit,
      tokens: limit.capacity,
      at: Date.now(),
      answered: false,
      inFlight: 0,
      pausedUntil: 0,
    });
    this.#levels = {
      reads: level(limits.reads),
      writes: level(limits.writes),
      deletes: level(limits.deletes),
    };
  }

  /** Takes up pauses that another process was told, and tells it ours; `key` names the principal there. */
  async share(memory: Memory, key: string): Promise<void> {
    if (this.#memories.has(memory)) return;
    this.#memories.set(memory, key);
    for (const bucket of ["reads", "writes", "deletes"] as const) {
      const until = Number(await memory.get(`${key}/${bucket}`));
      const level = this.#levels[bucket];
      if (until > level.pausedUntil) level.pausedUntil = until;
    }
  }

  /** Resolves when a request may be sent; `leave` must follow. Rejects with `AbortError` when aborted. */
  async enter(
    bucket: RateBucket,
    urgency: Urgency,
    signal?: {
      readonly aborted: boolean;
      addEventListener(type: "abort", listener: () => void): void;
      removeEventListener(type: "abort", listener: () => void): void;
    },
  ): Promise<void> {
    if (signal?.aborted === true) throw aborted();
    await new Promise<void>((resolve, reject) => {
      const stop = (): void => {
        const place = this.#waiting.indexOf(entry);
        if (place >= 0) this.#waiting.splice(place, 1);
        reject(aborted());
      };
      const entry: Waiting = {
        bucket,
        urgency,
        order: this.#order++,
        go: () => {
          signal?.removeEventListener("abort", stop);
          resolve();
        },
      };
      signal?.addEventListener("abort", stop);
      this.#waiting.push(entry);
      this.#pump();
    });
  }

  /** The request was answered, or failed. @param remaining What the answer says is left; null: it does not say. */
  leave(bucket: RateBucket, remaining: number | null): void {
    this.#inFlight--;
    const level = this.#levels[bucket];
    level.inFlight--;
    this.#refill(level);
    level.answered = true;
    // What is under way may not be counted yet.
    if (remaining !== null) level.tokens = Math.min(level.tokens, remaining - level.inFlight);
    this.#pump();
  }

  /** Sends nothing of that bucket for so long. */
  pause(bucket: RateBucket, ms: number): void {
    const level = this.#levels[bucket];
    this.#refill(level);
    level.answered = true;
    level.tokens = 0;
    level.pausedUntil = Math.max(level.pausedUntil, Date.now() + ms);
    const until = level.pausedUntil;
    // A pause that cannot be written down still holds here.
    for (const [memory, key] of this.#memories)
      memory.set(`${key}/${bucket}`, String(until), new Date(until)).catch(() => undefined);
  }

  #refill(level: Level): void {
    const now = Date.now();
    const gained = level.answered ? (Math.max(0, now - level.at) / 1000) * level.limit.perSecond : 0;
    level.tokens = Math.min(level.limit.capacity, level.tokens + gained);
    level.at = now;
  }

  /** Lets through all that may go now, and comes back when the next one may. */
  #pump(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    for (;;) {
      if (this.#waiting.length === 0 || this.#inFlight >= MAX_IN_FLIGHT) return;
      const next = this.#waiting
        .filter(({ bucket }) => this.#waitMs(bucket) === 0)
        .reduce<Waiting | null>((best, one) => (best === null || goesBefore(one, best) ? one : best), null);
      if (next === null) break;
      this.#waiting.splice(this.#waiting.indexOf(next), 1);
      const level = this.#levels[next.bucket];
      level.tokens -= 1;
      level.inFlight++;
      this.#inFlight++;
      next.go();
    }
    const buckets = new Set(this.#waiting.map(({ bucket }) => bucket));
    const waitMs = Math.min(...[...buckets].map((bucket) => this.#waitMs(bucket)));
    this.#timer = setTimeout(() => this.#pump(), Math.min(waitMs, 60_000));
  }

  #waitMs(bucket: RateBucket): number {
    const level = this.#levels[bucket];
    this.#refill(level);
    const pauseMs = Math.max(0, level.pausedUntil - Date.now());
    const tokenMs = level.tokens >= 1 ? 0 : Math.ceil(((1 - level.tokens) / level.limit.perSecond) * 1000);
    return Math.max(pauseMs, tokenMs);
  }
}

function goesBefore(one: Waiting, other: Waiting): boolean {
  return one.urgency < other.urgency || (one.urgency === other.urgency && one.order < other.order);
}

function aborted(): Error {
  return Object.assign(new Error("The wait for a request was aborted."), { name: "AbortError" });
}
