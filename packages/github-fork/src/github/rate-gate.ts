import type { ForkClock } from "./clock.ts";
import type { ForkMemory } from "./memory.ts";
import type { Pace } from "./pace.ts";
import { rateLimitOf, type LimitedAnswer } from "./rate-limit.ts";
import { turnstile, type Turnstile } from "./turnstile.ts";

/** What a request does: `create` makes something that others see. */
export type RequestKind = "read" | "write" | "create";

interface CoolDown {
  /** Milliseconds since 1970. */
  readonly until: number;
  /** Limits in a row that named no time. */
  readonly strikes: number;
}

interface Sent {
  readonly at: number;
  readonly points: number;
  readonly creates: boolean;
}

const MINUTE = 60_000;
const REREAD_MS = 5000;
const weights: Readonly<Record<RequestKind, number>> = { read: 0, write: 1, create: 2 };

/**
 * The one door through which a token's requests go, of all workers of a process: one at a time, so that an answer that speaks
 * of a limit is seen before the next request leaves. GitHub asks for serial requests too ("Best practices for using the REST
 * API"). Cool-downs are kept in the memories of all who ask, for processes that come after, or stand beside.
 */
export class RateGate {
  readonly #key: string;
  readonly #clock: ForkClock;
  readonly #memories = new Set<ForkMemory>();
  readonly #pace: Pace;
  readonly #door: Turnstile = turnstile();
  /** Forks are made one after the other: several at once are refused, and leave repositories named `-1`. */
  readonly forks: Turnstile = turnstile();
  #coolDown: CoolDown = { until: 0, strikes: 0 };
  #struckBy: RequestKind = "read";
  #readAt = Number.NEGATIVE_INFINITY;
  readonly #resets = new Map<string, number>();
  #sent: Sent[] = [];
  #lastWriteAt = Number.NEGATIVE_INFINITY;

  constructor(key: string, parts: { clock: ForkClock; memory: ForkMemory; pace: Pace }) {
    this.#key = key;
    this.#clock = parts.clock;
    this.#memories.add(parts.memory);
    this.#pace = parts.pace;
  }

  /** One more who asks through this gate, with a memory of its own: what the memory knows counts from the next request on. */
  share(memory: ForkMemory): void {
    if (this.#memories.has(memory)) return;
    this.#memories.add(memory);
    this.#readAt = Number.NEGATIVE_INFINITY;
  }

  /**
   * Runs `act` as soon as every limit allows it, and takes note of its answer.
   *
   * @returns `limited`: the answer was a limit, the request did nothing, and the cool-down has begun
   */
  async pass<T extends LimitedAnswer>(
    kind: RequestKind,
    resource: string,
    signal: AbortSignal | undefined,
    act: () => Promise<T>,
  ): Promise<{ readonly answer: T; readonly limited: boolean }> {
    for (;;) {
      let wait: number;
      {
        using _ = await this.#door.enter(signal);
        await this.#reread();
        wait = this.#allowedAt(kind, resource) - this.#clock.now();
        if (wait <= 0) return await this.#send(kind, act);
      }
      // Outside the door: a write that waits its second holds up no read.
      await this.#clock.sleep(Math.max(1, Math.min(wait, MINUTE)), signal);
    }
  }

  /** When the next request of that kind may go; milliseconds since 1970, in the past: at once. */
  openAt(kind: RequestKind, resource = "core"): number {
    return this.#allowedAt(kind, resource);
  }

  async #send<T extends LimitedAnswer>(
    kind: RequestKind,
    act: () => Promise<T>,
  ): Promise<{ answer: T; limited: boolean }> {
    this.#sent.push({
      at: this.#clock.now(),
      points: kind === "read" ? 1 : 5,
      creates: kind === "create",
    });
    try {
      const answer = await act();
      return { answer, limited: await this.#note(kind, answer) };
    } finally {
      if (kind !== "read") this.#lastWriteAt = this.#clock.now();
    }
  }

  async #note(kind: RequestKind, answer: LimitedAnswer): Promise<boolean> {
    const now = this.#clock.now();
    const limit = rateLimitOf(answer, now);
    if (limit === null) {
      const { headers, status } = answer;
      if (status < 400 && this.#coolDown.strikes > 0 && weights[kind] >= weights[this.#struckBy])
        await this.#keep({ until: 0, strikes: 0 });
      const reset = Number(headers["x-ratelimit-reset"]) * 1000;
      if (String(headers["x-ratelimit-remaining"]) === "0" && reset > now)
        this.#resets.set(String(headers["x-ratelimit-resource"] ?? "core"), reset + 1000);
      return false;
    }
    if (limit.kind === "primary") {
      this.#resets.set(limit.resource, limit.resetAt);
      await this.#remember(this.#resetKey(limit.resource), String(limit.resetAt), limit.resetAt - now);
      return true;
    }
    const { strikes } = this.#coolDown;
    const { limitPauseMs, longestPauseMs } = this.#pace;
    const grown = Math.min(limitPauseMs * 2 ** Math.min(strikes, 20), longestPauseMs);
    this.#struckBy = weights[kind] > weights[this.#struckBy] || strikes === 0 ? kind : this.#struckBy;
    await this.#keep({ until: now + (limit.retryAfterMs ?? grown), strikes: strikes + 1 });
    return true;
  }

  async #keep(coolDown: CoolDown): Promise<void> {
    this.#coolDown = coolDown;
    const ttl = Math.max(0, coolDown.until - this.#clock.now()) + 10 * MINUTE;
    await this.#remember(`cooldown:${this.#key}`, JSON.stringify(coolDown), ttl);
  }

  /** What other processes with this token learned. */
  async #reread(): Promise<void> {
    const now = this.#clock.now();
    if (now - this.#readAt < REREAD_MS) return;
    this.#readAt = now;
    await this.#each(async (memory) => {
      const kept = parseCoolDown(await memory.get(`cooldown:${this.#key}`));
      if (kept !== null && kept.until > this.#coolDown.until) this.#coolDown = kept;
      const reset = Number(await memory.get(this.#resetKey("core")));
      if (reset > (this.#resets.get("core") ?? 0)) this.#resets.set("core", reset);
    });
  }

  async #remember(key: string, value: string, ttlMs: number): Promise<void> {
    await this.#each((memory) => memory.set(key, value, ttlMs));
  }

  /** A memory that fails beside others is let go: who shared it has closed it, and the others have requests of their own to make. */
  async #each(act: (memory: ForkMemory) => Promise<void>): Promise<void> {
    for (const memory of this.#memories) {
      try {
        await act(memory);
      } catch (error) {
        if (this.#memories.size === 1) throw error;
        this.#memories.delete(memory);
      }
    }
  }

  #resetKey(resource: string): string {
    return `reset:${resource}:${this.#key}`;
  }

  #allowedAt(kind: RequestKind, resource: string): number {
    const { writePauseMs, pointsPerMinute, createsPerMinute, createsPerHour } = this.#pace;
    const now = this.#clock.now();
    this.#sent = this.#sent.filter(({ at }) => at > now - 60 * MINUTE);
    const lastMinute = this.#sent.filter(({ at }) => at > now - MINUTE);
    const times = [this.#coolDown.until, this.#resets.get(resource) ?? 0];
    if (kind !== "read") times.push(this.#lastWriteAt + writePauseMs);
    const points = lastMinute.reduce((sum, sent) => sum + sent.points, 0);
    if (points >= pointsPerMinute) times.push((lastMinute[0]?.at ?? now) + MINUTE);
    if (kind === "create") {
      const minute = lastMinute.filter(({ creates }) => creates);
      const hour = this.#sent.filter(({ creates }) => creates);
      if (minute.length >= createsPerMinute) times.push((minute[0]?.at ?? now) + MINUTE);
      if (hour.length >= createsPerHour) times.push((hour[0]?.at ?? now) + 60 * MINUTE);
    }
    return Math.max(...times);
  }
}

function parseCoolDown(text: string | null): CoolDown | null {
  if (text === null) return null;
  try {
    const { until, strikes } = JSON.parse(text) as Record<string, unknown>;
    return typeof until === "number" && typeof strikes === "number" ? { until, strikes } : null;
  } catch {
    return null;
  }
}

const gates = new Map<string, RateGate>();

/** The gate of a token on a server: the same for everybody in this process. */
export function gateOf(key: string, parts: { clock: ForkClock; memory: ForkMemory; pace: Pace }): RateGate {
  const found = gates.get(key);
  if (found !== undefined) {
    found.share(parts.memory);
    return found;
  }
  const made = new RateGate(key, parts);
  gates.set(key, made);
  return made;
}
