import { randomUUID } from "node:crypto";
import type { PersistentShell } from "../session.ts";
import { quoteSh } from "../quote-sh.ts";
import { CommandChannel } from "./command-channel.ts";
import type { Connection } from "./connection.ts";

const DEFAULT_TIMEOUT_MS = 60_000;
const CLOSE_DEADLINE_MS = 2_000;
const MAX_OUTPUT_BYTES = 8 * 1024 * 1024;
/** A longer script that is run again becomes a function of the shell: then only its name travels, and nothing is parsed. */
const MIN_FUNCTION_LENGTH = 256;
const MAX_FUNCTIONS = 32;

/**
 * The session's persistent shell: `sh` reads calls from its standard input. Each call is one quoted word to `eval`, so
 * that a script with unbalanced quotes fails alone, and ends with a marker that no script can guess.
 *
 * A script of this package may put its output into `universe_reply` instead of printing it: it leaves in one write, and
 * so in one packet, with the marker.
 */
export class RemoteShell implements PersistentShell {
  readonly #connection: Connection;
  #home: string | null;
  #channel: CommandChannel | null = null;
  #queue: Promise<unknown> = Promise.resolve();
  /** Scripts that ran well in this shell, each with its function's name once it has one. */
  #functions = new Map<string, string | null>();

  constructor(connection: Connection, home: string | null) {
    this.#connection = connection;
    this.#home = home;
  }

  /** Opens the shell and resolves with the home folder: the given one, once it is known to exist, or the login user's. */
  async open(signal?: AbortSignal): Promise<string> {
    const given = this.#home;
    const { exitCode, stdout } = await this.#call('cd "$HOME" && echo "$HOME"', DEFAULT_TIMEOUT_MS, signal);
    const home = stdout.replace(/\n$/, "");
    if (exitCode !== 0 || !home.startsWith("/")) {
      throw this.#connection.error(
        "invalid_request",
        given === null
          ? `The login user on ${this.#connection.host} has no usable home folder. Name one in the endpoint's home.`
          : `The home folder ${given} does not exist on ${this.#connection.host}, or cannot be entered. Create it first, or correct the endpoint's home.`,
      );
    }
    this.#home = home;
    return home;
  }

  run(
    script: string,
    options: { readonly timeoutMs?: number; readonly signal?: AbortSignal } = {},
  ): Promise<{ readonly exitCode: number; readonly stdout: string }> {
    const turn = this.#queue.then(() =>
      this.#call(script, options.timeoutMs ?? DEFAULT_TIMEOUT_MS, options.signal),
    );
    this.#queue = turn.catch(() => {});
    return abortable(turn, options.signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const channel = this.#channel;
    this.#channel = null;
    if (channel === null || channel.ended) return;
    channel.end();
    // What a call left in the background may hold the channel open.
    const timer = setTimeout(() => channel.fail(new Error("the shell was closed")), CLOSE_DEADLINE_MS);
    await channel.exit().catch(() => {});
    clearTimeout(timer);
  }

  async #call(
    script: string,
    timeoutMs: number,
    signal: AbortSignal | undefined,
  ): Promise<{ exitCode: number; stdout: string }> {
    signal?.throwIfAborted();
    if (script.includes("\0"))
      throw this.#connection.error("invalid_request", "A script cannot hold a NUL character.");
    const open = this.#channel;
    let channel = open !== null && !open.ended ? open : null;
    let opening: AbortController | null = null;
    // What ends the call ends the shell: its standard output could hold a rest of this call's.
    const giveUp = (error: unknown): void => {
      this.#channel = null;
      opening?.abort(error);
      channel?.fail(error);
    };
    // Plain timers and listeners: this is what a poll of a thousand machines does a thousand times.
    const timer = setTimeout(() => {
      giveUp(
        this.#connection.error(
          "command_timeout",
          channel === null
            ? `The persistent shell on ${this.#connection.host} did not open within ${timeoutMs / 1000} s.`
            : `A call of the persistent shell on ${this.#connection.host} ran past its deadline of ${timeoutMs / 1000} s; the shell was ended.`,
        ),
      );
    }, timeoutMs);
    const onAbort = (): void => giveUp(signal?.reason);
    signal?.addEventListener("abort", onAbort, { once: true });
    try {
      if (channel === null) {
        opening = new AbortController();
        channel = await this.#open(opening.signal);
      }
      return await this.#exchange(channel, script);
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
    }
  }

  /** Opens the shell; `signal` is the call's that needs it, and the shell outlives it. */
  async #open(signal: AbortSignal): Promise<CommandChannel> {
    this.#channel = null;
    this.#functions = new Map();
    // A home that is missing must not keep the shell from opening: `open` asks for it.
    const home = this.#home === null ? "" : `HOME=${quoteSh(this.#home)};export HOME`;
    const channel = await CommandChannel.open(this.#connection, home, {
      home: null,
      signal,
      overStdin: true,
    });
    signal.throwIfAborted();
    this.#channel = channel;
    return channel;
  }

  async #exchange(channel: CommandChannel, script: string): Promise<{ exitCode: number; stdout: string }> {
    const nonce = randomUUID();
    // `command` keeps a syntax error in eval, a special builtin, from ending the shell. /dev/null: the shell's own
    // standard input is where the next call comes from.
    await channel.write(
      `cd "$HOME" 2>/dev/null;universe_reply=;${this.#callText(script)} </dev/null;printf '%s\\n%s %s\\n' "$universe_reply" ${nonce} "$?"\n`,
    );
    const end = Buffer.from(`\n${nonce} `);
    const pieces: Buffer[] = [];
    let bytes = 0;
    let tail: Buffer = Buffer.alloc(0);
    for (;;) {
      const piece = await channel.read();
      if (piece === null) {
        // The script ended the shell, by `exit` for example: that is its status.
        this.#channel = null;
        const { exitCode, signal } = await channel.exit();
        return {
          exitCode: exitCode ?? (signal === "KILL" ? 137 : 143),
          stdout: Buffer.concat(pieces).toString("utf8"),
        };
      }
      pieces.push(piece);
      bytes += piece.length;
      // The marker may be cut by the border of two pieces: look at the end of what came before, too.
      const seam = tail.length === 0 ? piece : Buffer.concat([tail, piece]);
      const at = seam.indexOf(end);
      if (at !== -1 && seam.includes(0x0a, at + end.length)) {
        const status = Number.parseInt(seam.subarray(at + end.length).toString("latin1"), 10);
        if (status === 0 && script.length >= MIN_FUNCTION_LENGTH && this.#functions.size < MAX_FUNCTIONS)
          this.#functions.set(script, this.#functions.get(script) ?? null);
        const output = pieces.length === 1 ? piece : Buffer.concat(pieces);
        return { exitCode: status, stdout: output.toString("utf8", 0, bytes - seam.length + at) };
      }
      tail = seam.subarray(-80);
      if (bytes > MAX_OUTPUT_BYTES) {
        const error = this.#connection.error(
          "output_too_large",
          `A call of the persistent shell printed more than ${MAX_OUTPUT_BYTES} bytes. Use exec, tail or download for that much.`,
        );
        this.#channel = null;
        channel.fail(error);
        throw error;
      }
    }
  }

  /** What runs the script. A function is made by `eval` as well, of a script that has run before: it parses. */
  #callText(script: string): string {
    const name = this.#functions.get(script);
    if (name === undefined) return `command eval ${quoteSh(script)}`;
    if (name !== null) return `command eval ${name}`;
    const made = `universe_${this.#functions.size}_${randomUUID().slice(0, 8)}`;
    this.#functions.set(script, made);
    // `:`, as a function of comments alone is an error.
    return `command eval ${quoteSh(`${made}() {\n:\n${script}\n}`)};command eval ${made}`;
  }
}

/** Rejects as soon as the signal is aborted; a call that waits for its turn does not run later on (`#call` looks first). */
function abortable<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason as Error);
    if (signal.aborted) onAbort();
    signal.addEventListener("abort", onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
  });
}
