/** Token buckets of ARM, for each principal: capacity, and tokens gained a second. */
export interface Throttling {
  /** Multiplies capacities and gains; default 1. */
  readonly scale?: number;
  /** Default 250 and 25. */
  readonly reads?: Bucket;
  /** Default 200 and 10. */
  readonly writes?: Bucket;
  /** Default 200 and 10. */
  readonly deletes?: Bucket;
  /** The least that `Retry-After` says, s; default 1. */
  readonly leastRetryAfterSeconds?: number;
  /** A request that was on its way when the 429 was answered violates nothing, ms; default 500, for a client may share this process. */
  readonly graceMs?: number;
}

/** A request that came before it might. */
export interface ThrottleViolation {
  readonly call: number;
  /** `reads`, `writes`, `deletes`, or `poll` of an operation. */
  readonly bucket: string;
  /** How long before the end of the Retry-After window it came, ms. */
  readonly earlyMs: number;
  /** How long after the 429 that opened the window, ms. */
  readonly afterMs: number;
}

export interface Bucket {
  readonly capacity: number;
  readonly perSecond: number;
}

export type BucketName = "reads" | "writes" | "deletes";

export interface Admission {
  /** null: admitted. */
  readonly retryAfterSeconds: number | null;
  readonly remaining: number;
}

/** Which bucket a request draws from. */
export function bucketOf(method: string): BucketName {
  if (method === "GET" || method === "HEAD") return "reads";
  return method === "DELETE" ? "deletes" : "writes";
}

interface Level {
  tokens: number;
  at: number;
  /** Epoch, ms: when the 429 was answered, and until when it binds. */
  window: { readonly since: number; readonly until: number } | null;
}

/** Counts requests as Azure Resource Manager does (https://learn.microsoft.com/azure/azure-resource-manager/management/request-limits-and-throttling). */
export class Throttle {
  readonly violations: ThrottleViolation[] = [];
  readonly #buckets: Readonly<Record<BucketName, Bucket>>;
  readonly #limited: boolean;
  readonly #graceMs: number;
  readonly #leastSeconds: number;
  readonly #levels = new Map<string, Level>();

  constructor(throttling: Throttling | null) {
    const scale = throttling?.scale ?? 1;
    const scaled = (bucket: Bucket): Bucket => ({
      capacity: bucket.capacity * scale,
      perSecond: bucket.perSecond * scale,
    });
    this.#limited = throttling !== null;
    this.#graceMs = throttling?.graceMs ?? 500;
    this.#leastSeconds = throttling?.leastRetryAfterSeconds ?? 1;
    this.#buckets = {
      reads: scaled(throttling?.reads ?? { capacity: 250, perSecond: 25 }),
      writes: scaled(throttling?.writes ?? { capacity: 200, perSecond: 10 }),
      deletes: scaled(throttling?.deletes ?? { capacity: 200, perSecond: 10 }),
    };
  }

  /** Takes a token, or says when there will be one. */
  admit(principal: string, name: BucketName, call: number, now: number): Admission {
    const bucket = this.#buckets[name];
    const level = this.#level(principal, name, now);
    if (level.window !== null) {
      if (now >= level.window.until) level.window = null;
      else if (now > level.window.since + this.#graceMs)
        this.violations.push({
          call,
          bucket: name,
          earlyMs: level.window.until - now,
          afterMs: now - level.window.since,
        });
    }
    if (!this.#limited) return { retryAfterSeconds: null, remaining: Math.floor(bucket.capacity) - 1 };
    level.tokens = Math.min(bucket.capacity, level.tokens + ((now - level.at) / 1000) * bucket.perSecond);
    level.at = now;
    if (level.tokens >= 1) {
      level.tokens -= 1;
      return { retryAfterSeconds: null, remaining: Math.floor(level.tokens) };
    }
    const retryAfterSeconds = Math.max(this.#leastSeconds, Math.ceil((1 - level.tokens) / bucket.perSecond));
    this.refuse(principal, name, retryAfterSeconds, now);
    return { retryAfterSeconds, remaining: 0 };
  }

  /** Opens the window in which a client that was answered 429 has to keep still. */
  refuse(principal: string, name: BucketName, retryAfterSeconds: number, now: number): void {
    const level = this.#level(principal, name, now);
    const until = now + retryAfterSeconds * 1000;
    if (level.window === null || until > level.window.until)
      level.window = { since: level.window?.since ?? now, until };
  }

  #level(principal: string, name: BucketName, now: number): Level {
    const key = `${principal} ${name}`;
    let level = this.#levels.get(key);
    if (level === undefined) {
      level = { tokens: this.#buckets[name].capacity, at: now, window: null };
      this.#levels.set(key, level);
    }
    return level;
  }
}
