import type { Limits } from "../options.ts";
import { Limiter } from "./limiter.ts";

/** One limiter for each token, and one for everybody without. */
export class Limiters {
  readonly #limits: Limits;
  readonly #all: Map<string, Limiter> = new Map();

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  of(tokenId: string | null): Limiter {
    const key = tokenId ?? "";
    let limiter = this.#all.get(key);
    if (!limiter) this.#all.set(key, (limiter = new Limiter(this.#limits, tokenId !== null)));
    return limiter;
  }
}
