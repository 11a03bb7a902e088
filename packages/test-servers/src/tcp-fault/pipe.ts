import type { Socket } from "node:net";
import type { Fault } from "./fault.ts";

const TICK_MS = 20;
const MAX_QUEUED_BYTES = 1024 * 1024;

/** One direction of a connection, under a fault that may change at any time. */
export class Pipe {
  readonly #from: Socket;
  readonly #to: Socket;
  readonly #count: (passed: number, swallowed: number) => void;
  #fault: Fault = { kind: "none" };
  #queue: { readonly data: Buffer; readonly dueAt: number }[] = [];
  #queuedBytes = 0;
  #allowance = 0;
  #lastAt = performance.now();
  #ended = false;
  #timer: NodeJS.Timeout | null = null;

  constructor(from: Socket, to: Socket, count: (passed: number, swallowed: number) => void) {
    this.#from = from;
    this.#to = to;
    this.#count = count;
    from.on("data", (data: Buffer) => this.#take(data));
    from.on("end", () => {
      this.#ended = true;
      this.#flush();
    });
    to.on("drain", () => this.#flush());
  }

  set fault(fault: Fault) {
    this.#fault = fault;
    this.#lastAt = performance.now();
    this.#allowance = 0;
    this.#flush();
  }

  close(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#queue = [];
  }

  #take(data: Buffer): void {
    if (this.#fault.kind === "black_hole") {
      this.#count(0, data.length);
      return;
    }
    const latencyMs = this.#fault.kind === "slow" ? (this.#fault.latencyMs ?? 0) : 0;
    this.#queue.push({ data, dueAt: performance.now() + latencyMs });
    this.#queuedBytes += data.length;
    this.#flush();
  }

  /** Passes on what is due and allowed, and comes back for the rest. */
  #flush(): void {
    const fault = this.#fault;
    if (fault.kind === "black_hole") {
      this.#count(0, this.#queuedBytes);
      this.#queue = [];
      this.#queuedBytes = 0;
      this.#from.resume();
      return;
    }
    if (fault.kind === "stall") {
      this.#from.pause();
      return;
    }
    const now = performance.now();
    const bytesPerSecond = (fault.kind === "slow" ? fault.bytesPerSecond : undefined) ?? Infinity;
    // No more than 0.1 s is saved up: a pause must not end in a burst.
    this.#allowance = Math.min(
      this.#allowance + ((now - this.#lastAt) / 1000) * bytesPerSecond,
      Math.max(bytesPerSecond / 10, 1),
    );
    this.#lastAt = now;
    for (;;) {
      const first = this.#queue[0];
      if (first === undefined || first.dueAt > now || this.#to.writableNeedDrain) break;
      const size = Number.isFinite(bytesPerSecond)
        ? Math.min(first.data.length, Math.floor(this.#allowance))
        : first.data.length;
      if (size === 0) break;
      if (Number.isFinite(bytesPerSecond)) this.#allowance -= size;
      if (size === first.data.length) this.#queue.shift();
      else this.#queue[0] = { data: first.data.subarray(size), dueAt: first.dueAt };
      this.#queuedBytes -= size;
      this.#count(size, 0);
      if (this.#to.writable) this.#to.write(first.data.subarray(0, size));
    }
    if (this.#queuedBytes > MAX_QUEUED_BYTES || this.#to.writableNeedDrain) this.#from.pause();
    else this.#from.resume();
    if (this.#queue.length > 0 && this.#timer === null && !this.#to.destroyed) {
      this.#timer = setTimeout(() => {
        this.#timer = null;
        this.#flush();
      }, TICK_MS);
    }
    if (this.#ended && this.#queue.length === 0 && this.#to.writable) this.#to.end();
  }
}
