import type { Readable } from "node:stream";

/** Keeps the last `maxBytes` of a stream, however much it yields, and how much that was. */
export class OutputTail {
  #chunks: Buffer[] = [];
  #kept = 0;
  #total = 0;

  constructor(stream: Readable, maxBytes: number) {
    stream.on("data", (chunk: Buffer) => {
      this.#chunks.push(chunk);
      this.#kept += chunk.length;
      this.#total += chunk.length;
      if (this.#kept > 2 * maxBytes + 65_536) {
        const all = Buffer.concat(this.#chunks);
        this.#chunks = [Buffer.from(all.subarray(all.length - maxBytes))];
        this.#kept = maxBytes;
      }
    });
    // A reader that ends early is seen in the exit status.
    stream.on("error", () => undefined);
    this.#maxBytes = maxBytes;
  }

  readonly #maxBytes: number;

  /** Whether something is missing at the front. */
  cut(): boolean {
    return this.#total > this.#maxBytes;
  }

  text(): string {
    const all = Buffer.concat(this.#chunks);
    return all.subarray(Math.max(0, all.length - this.#maxBytes)).toString("utf8");
  }
}
