/** Counts what happened in the last so many milliseconds. */
export class SlidingWindow {
  readonly #lengthMs: number;
  readonly #events: { readonly atMs: number; readonly weight: number }[] = [];
  #sum = 0;

  constructor(lengthMs: number) {
    this.#lengthMs = lengthMs;
  }

  add(weight: number, nowMs: number): void {
    this.#events.push({ atMs: nowMs, weight });
    this.#sum += weight;
  }

  sum(nowMs: number): number {
    while (this.#events[0] && this.#events[0].atMs <= nowMs - this.#lengthMs) {
      this.#sum -= this.#events.shift()?.weight ?? 0;
    }
    return this.#sum;
  }
}
