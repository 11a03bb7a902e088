import { randomUUID } from "node:crypto";

/** Which requests something happens to, and what. All of it is JSON, so that a test in another process can say it. */
export interface FaultRule {
  /** Default: any. */
  readonly method?: string;
  /** A regular expression's source, tried on the path without its query, whatever the case. */
  readonly path: string;
  /** The first matching request that is hit; default 1. */
  readonly nth?: number;
  /** How many are hit from there on; null: all; default 1. */
  readonly times?: number | null;
  /**
   * - `error`: answered with `status`, `code` and `message` (a 429 with `retryAfterSeconds` opens a window)
   * - `cut`: the connection is cut
   * - `hang`: no answer comes
   * - `slow`: the answer comes `ms` late
   * - `fail`: accepted; then the asynchronous operation fails with `code` and `message`
   * - `stall`: accepted; the asynchronous operation takes `ms` longer, or, without `ms`, until the rule is removed
   */
  readonly effect: "error" | "cut" | "hang" | "slow" | "fail" | "stall";
  /**
   * Whether `error`, `cut`, `hang` and `slow` strike before the request does anything, or after it did; whether `fail` leaves the work
   * of the operation undone, or done all the same. Default before.
   */
  readonly when?: "before" | "after";
  readonly status?: number;
  readonly code?: string;
  readonly message?: string;
  readonly retryAfterSeconds?: number;
  readonly ms?: number;
  /** Of `fail` on a VM's creation: it comes up all the same after so long, ms (as after OSProvisioningTimedOut). */
  readonly comesUpAfterMs?: number;
}

/** A rule that strikes a request now. */
export interface Strike extends FaultRule {
  /** When the rule is removed. */
  readonly removed: Promise<void>;
}

interface Armed {
  readonly id: string;
  readonly rule: FaultRule;
  readonly path: RegExp;
  readonly strike: Strike;
  readonly release: () => void;
  seen: number;
  hits: number;
}

/** Rules that are in force, and what they hit. */
export class Faults {
  readonly #armed: Armed[] = [];

  /** @throws SyntaxError when `path` is no regular expression. */
  add(rule: FaultRule): string {
    const id = randomUUID();
    const { promise: removed, resolve: release } = Promise.withResolvers<void>();
    const strike = { ...rule, removed };
    this.#armed.push({ id, rule, path: new RegExp(rule.path, "i"), strike, release, seen: 0, hits: 0 });
    return id;
  }

  /** Without an id: all of them. Resolves with how often they struck. */
  remove(id?: string): number {
    let hits = 0;
    for (let index = this.#armed.length - 1; index >= 0; index--) {
      const armed = this.#armed[index];
      if (armed === undefined || (id !== undefined && armed.id !== id)) continue;
      hits += armed.hits;
      armed.release();
      this.#armed.splice(index, 1);
    }
    return hits;
  }

  /** The rules that strike this request; counts it for every rule that it matches. */
  strike(method: string, path: string): Strike[] {
    const struck: Strike[] = [];
    for (const armed of this.#armed) {
      const { rule } = armed;
      if (rule.method !== undefined && rule.method.toUpperCase() !== method) continue;
      if (!armed.path.test(path)) continue;
      armed.seen += 1;
      const nth = rule.nth ?? 1;
      const times = rule.times === undefined ? 1 : rule.times;
      if (armed.seen < nth || (times !== null && armed.seen >= nth + times)) continue;
      armed.hits += 1;
      struck.push(armed.strike);
    }
    return struck;
  }
}
