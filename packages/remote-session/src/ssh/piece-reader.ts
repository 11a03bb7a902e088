import type { CommandChannel } from "./command-channel.ts";

const MAX_LINE_BYTES = 64 * 1024;

/** Reads lines, then bytes, then the rest of a command's output. */
export class PieceReader {
  readonly #channel: Pick<CommandChannel, "read">;
  #held: Buffer = Buffer.alloc(0);

  constructor(channel: Pick<CommandChannel, "read">) {
    this.#channel = channel;
  }

  /** The next line without its end; null at the end of the output, or for what is too long to be a line. */
  async line(): Promise<string | null> {
    for (;;) {
      const end = this.#held.indexOf(0x0a);
      if (end !== -1) {
        const line = this.#held.toString("utf8", 0, end);
        this.#held = this.#held.subarray(end + 1);
        return line;
      }
      if (this.#held.length > MAX_LINE_BYTES) return null;
      const piece = await this.#channel.read();
      if (piece === null) return null;
      this.#held = this.#held.length === 0 ? piece : Buffer.concat([this.#held, piece]);
    }
  }

  /** The next `count` bytes, or fewer at the end of the output. */
  async *bytes(count: number): AsyncGenerator<Buffer> {
    let left = count;
    while (left > 0) {
      const piece = this.#held.length > 0 ? this.#held : await this.#channel.read();
      if (piece === null) return;
      this.#held = piece.subarray(left);
      left -= Math.min(left, piece.length);
      yield piece.subarray(0, piece.length - this.#held.length);
    }
  }

  async *rest(): AsyncGenerator<Buffer> {
    const held = this.#held;
    this.#held = Buffer.alloc(0);
    if (held.length > 0) yield held;
    for (let piece = await this.#channel.read(); piece !== null; piece = await this.#channel.read())
      yield piece;
  }
}
