export type Resource = "core" | "search" | "graphql";

export interface Budget {
  readonly limit: number;
  readonly used: number;
  readonly remaining: number;
  /** Seconds since 1970. */
  readonly reset: number;
}

/** A fixed window, as GitHub's primary limit is: it begins with the first request and ends whole. */
export class PrimaryLimit {
  readonly #limit: number;
  readonly #lengthMs: number;
  #endMs = 0;
  #used = 0;

  constructor(limit: number, lengthMs: number) {
    this.#limit = limit;
    this.#lengthMs = lengthMs;
  }

  budget(nowMs: number): Budget {
    this.#roll(nowMs);
    const remaining = Math.max(0, this.#limit - this.#used);
    return { limit: this.#limit, used: this.#used, remaining, reset: Math.ceil(this.#endMs / 1000) };
  }

  /** Takes the points; false: the window is used up. */
  take(points: number, nowMs: number): boolean {
    this.#roll(nowMs);
    if (this.#used + points > this.#limit) return false;
    this.#used += points;
    return true;
  }

  giveBack(points: number): void {
    this.#used = Math.max(0, this.#used - points);
  }

  #roll(nowMs: number): void {
    // The header has whole seconds, so the window ends on one: who waits for it never comes too early.
    if (nowMs < Math.ceil(this.#endMs / 1000) * 1000) return;
    this.#endMs = nowMs + this.#lengthMs;
    this.#used = 0;
  }
}
