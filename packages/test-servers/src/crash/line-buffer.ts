import { StringDecoder } from "node:string_decoder";

/** Cuts chunks of bytes into lines, also where a chunk ends inside a line or inside a character. */
export class LineBuffer {
  text = "";
  readonly #onLine: (line: string) => void;
  readonly #decoder = new StringDecoder("utf8");
  #pending = "";

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  add(chunk: Buffer): void {
    this.#take(this.#decoder.write(chunk));
  }

  /** Hands out what came after the last line end, if anything. */
  end(): void {
    this.#take(this.#decoder.end());
    if (this.#pending === "") return;
    const last = this.#pending;
    this.#pending = "";
    this.#onLine(last);
  }

  #take(text: string): void {
    this.text += text;
    const parts = (this.#pending + text).split("\n");
    this.#pending = parts.pop() ?? "";
    for (const line of parts) this.#onLine(line.endsWith("\r") ? line.slice(0, -1) : line);
  }
}
