import type { Limits } from "../options.ts";
import { type Budget, PrimaryLimit, type Resource } from "./primary-limit.ts";
import { SlidingWindow } from "./window.ts";

/** A limit that was hit. */
export interface LimitHit {
  readonly kind: "primary" | "secondary";
  readonly status: 403 | 429;
  /** Seconds for Retry-After; null: the answer has none. */
  readonly retryAfter: number | null;
  /** The request came although the client had been told to wait. */
  readonly insideCooldown: boolean;
  /** Which rule was broken, for the violation's words. */
  readonly rule: string;
}

interface Cooldown {
  readonly toldAtMs: number;
  readonly endMs: number;
  readonly hit: Omit<LimitHit, "insideCooldown" | "retryAfter">;
  readonly retryAfter: boolean;
  /** Null: every resource. */
  readonly resource: Resource | null;
}

/** All limits of one token, or of everybody without one. */
export class Limiter {
  readonly #limits: Limits;
  readonly #primary: Record<Resource, PrimaryLimit>;
  readonly #points: SlidingWindow;
  readonly #creationsMinute: SlidingWindow;
  readonly #creationsHour: SlidingWindow;
  #running = 0;
  #lastWriteMs = Number.NEGATIVE_INFINITY;
  #cooldowns: Cooldown[] = [];

  constructor(limits: Limits, authenticated: boolean) {
    this.#limits = limits;
    const { hourMs, minuteMs } = limits;
    this.#primary = {
      core: new PrimaryLimit(
        authenticated ? limits.requestsPerHour : Math.min(60, limits.requestsPerHour),
        hourMs,
      ),
      search: new PrimaryLimit(
        authenticated ? limits.searchesPerMinute : Math.min(10, limits.searchesPerMinute),
        minuteMs,
      ),
      graphql: new PrimaryLimit(authenticated ? limits.graphqlPointsPerHour : 0, hourMs),
    };
    this.#points = new SlidingWindow(minuteMs);
    this.#creationsMinute = new SlidingWindow(minuteMs);
    this.#creationsHour = new SlidingWindow(hourMs);
  }

  budget(resource: Resource, nowMs: number): Budget {
    return this.#primary[resource].budget(nowMs);
  }

  /** Counts a request; null: it may go on, and `leave` must be called when it is answered. */
  enter(method: string, resource: Resource, points: number, nowMs: number): LimitHit | null {
    this.#cooldowns = this.#cooldowns.filter((one) => one.endMs > nowMs);
    const cooldown = this.#cooldowns.find((one) => one.resource === null || one.resource === resource);
    if (cooldown) return this.#again(cooldown, nowMs);
    const broken = this.#secondaryRule(method, nowMs);
    if (broken !== null) return this.limit({ rule: broken }, nowMs);
    if (!this.#primary[resource].take(points, nowMs)) {
      const { reset } = this.#primary[resource].budget(nowMs);
      const hit = { kind: "primary", status: 403, rule: `the ${resource} limit` } as const;
      return this.#begin({ toldAtMs: nowMs, endMs: reset * 1000, hit, retryAfter: false, resource }, nowMs);
    }
    this.#running++;
    return null;
  }

  leave(): void {
    this.#running--;
  }

  /** Takes points that a handler found out; false: there are not so many left. */
  spend(resource: Resource, points: number, nowMs: number): boolean {
    return this.#primary[resource].take(points, nowMs);
  }

  /** A conditional request that was answered 304 costs nothing. */
  giveBack(resource: Resource, points: number): void {
    this.#primary[resource].giveBack(points);
  }

  /** Begins a secondary limit, whatever the counts say. */
  limit(
    { rule, cooldownMs, retryAfter }: { rule: string; cooldownMs?: number; retryAfter?: boolean },
    nowMs: number,
  ): LimitHit {
    const endMs = nowMs + (cooldownMs ?? this.#limits.cooldownMs);
    const hit = { kind: "secondary", status: this.#limits.secondaryStatus, rule } as const;
    const told = retryAfter ?? this.#limits.retryAfter;
    return this.#begin({ toldAtMs: nowMs, endMs, hit, retryAfter: told, resource: null }, nowMs);
  }

  #begin(cooldown: Cooldown, nowMs: number): LimitHit {
    this.#cooldowns.push(cooldown);
    return { ...cooldown.hit, retryAfter: retryAfterOf(cooldown, nowMs), insideCooldown: false };
  }

  #again(cooldown: Cooldown, nowMs: number): LimitHit {
    const insideCooldown = nowMs > cooldown.toldAtMs + this.#limits.graceMs;
    return { ...cooldown.hit, retryAfter: retryAfterOf(cooldown, nowMs), insideCooldown };
  }

  #secondaryRule(method: string, nowMs: number): string | null {
    const limits = this.#limits;
    const write = method !== "GET" && method !== "HEAD";
    const points = write ? 5 : 1;
    if (this.#running >= limits.concurrentRequests) return `${limits.concurrentRequests} concurrent requests`;
    if (this.#points.sum(nowMs) + points > limits.pointsPerMinute)
      return `${limits.pointsPerMinute} points a minute`;
    if (method === "POST") {
      if (this.#creationsMinute.sum(nowMs) >= limits.creationsPerMinute)
        return `${limits.creationsPerMinute} creations a minute`;
      if (this.#creationsHour.sum(nowMs) >= limits.creationsPerHour)
        return `${limits.creationsPerHour} creations an hour`;
    }
    if (write && nowMs - this.#lastWriteMs < limits.writeGapMs)
      return `${limits.writeGapMs} ms between writes`;
    this.#points.add(points, nowMs);
    if (write) this.#lastWriteMs = nowMs;
    if (method === "POST") {
      this.#creationsMinute.add(1, nowMs);
      this.#creationsHour.add(1, nowMs);
    }
    return null;
  }
}

const retryAfterOf = (cooldown: Cooldown, nowMs: number): number | null =>
  cooldown.retryAfter ? Math.max(1, Math.ceil((cooldown.endMs - nowMs) / 1000)) : null;
