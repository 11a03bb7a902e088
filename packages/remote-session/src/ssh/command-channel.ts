import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { ClientChannel } from "ssh2";
import type { SessionError } from "../errors.ts";
import { quoteSh } from "../quote-sh.ts";
import type { Connection } from "./connection.ts";
import { wrapForLoginShell } from "./wrap-for-login-shell.ts";

export interface ChannelOptions {
  /** Home and working folder; null: leave the login user's. */
  readonly home: string | null;
  readonly signal?: AbortSignal | undefined;
  /** Deadline of the whole command. */
  readonly timeoutMs?: number;
  /** Longest silence: how long `read` and `write` wait. */
  readonly idleMs?: number;
  /** Start a plain sh and write the script to its standard input, which stays open: one process less on the machine. */
  readonly overStdin?: boolean;
  /** What is kept of standard error; default 64 KiB. */
  readonly maxStderrBytes?: number;
  /** More on standard error fails the command instead of being dropped. */
  readonly stderrOverflow?: () => SessionError;
}

export interface ExitStatus {
  readonly exitCode: number | null;
  /** Without `SIG`. */
  readonly signal: string | null;
}

/** With pauses of 100, 200, 300 … ms: 5.5 s in all. */
const OPEN_ATTEMPTS = 11;
/** What is read ahead; the SSH window bounds what lies on top of it. */
const MAX_QUEUED_BYTES = 256 * 1024;
/** What a login shell may print before the command begins. */
const MAX_NOISE_BYTES = 64 * 1024;

/**
 * One command on one channel, read and written with back-pressure.
 *
 * The command first prints a random marker and its process id: what a login shell's start-up files printed before it is
 * dropped, and at a deadline the process group of that id is ended, which closing a channel alone does not do.
 */
export class CommandChannel {
  readonly #connection: Connection;
  readonly #cancel = new AbortController();
  readonly #marker = randomBytes(12).toString("hex");
  readonly #idleMs: number | null;
  #channel: ClientChannel | null = null;
  #release: (() => void) | null = null;
  #pid: number | null = null;
  #noise: Buffer | null = Buffer.alloc(0);
  #queue: Buffer[] = [];
  #queuedBytes = 0;
  #paused = false;
  #ended = false;
  #status: ExitStatus | null = null;
  #closed = false;
  #wake: (() => void) | null = null;
  readonly #stderr: Buffer[] = [];
  readonly #cleanups: (() => void)[] = [];

  private constructor(connection: Connection, options: ChannelOptions) {
    this.#connection = connection;
    this.#idleMs = options.idleMs ?? null;
    this.#cancel.signal.addEventListener("abort", () => this.#abandon(), { once: true });
    for (const signal of [connection.lost, options.signal]) {
      if (signal === undefined) continue;
      const forward = (): void => this.fail(signal.reason);
      if (signal.aborted) forward();
      signal.addEventListener("abort", forward, { once: true });
      this.#cleanups.push(() => signal.removeEventListener("abort", forward));
    }
    const { timeoutMs } = options;
    if (timeoutMs !== undefined) {
      const timer = setTimeout(() => {
        this.fail(
          connection.error(
            "command_timeout",
            `A command on ${connection.host} ran past its deadline of ${timeoutMs / 1000} s and was ended.`,
          ),
        );
      }, timeoutMs);
      this.#cleanups.push(() => clearTimeout(timer));
    }
  }

  static async open(
    connection: Connection,
    script: string,
    options: ChannelOptions,
  ): Promise<CommandChannel> {
    const self = new CommandChannel(connection, options);
    const { home } = options;
    const enter = home === null ? "" : `HOME=${quoteSh(home)};export HOME;cd "$HOME"||exit 126;`;
    try {
      const begin = `echo ${self.#marker} $$;${enter}${script}`;
      const line = options.overStdin === true ? "exec sh" : wrapForLoginShell(begin);
      self.#release = await connection.slots.take(self.#cancel.signal);
      await self.#openWithPatience(line, options);
      if (options.overStdin === true) await self.write(`${begin}\n`);
      return self;
    } catch (error) {
      self.#finish();
      throw error;
    }
  }

  /** Whether the command's output has ended. */
  get ended(): boolean {
    return this.#ended || this.#cancel.signal.aborted;
  }

  /** What was kept of standard error so far. */
  get stderr(): Buffer {
    return Buffer.concat(this.#stderr);
  }

  /** Ends the command: pending and later calls throw `error`, the remote process group gets TERM, then KILL. */
  fail(error: unknown): void {
    this.#cancel.abort(error);
  }

  /** The next piece of standard output; null at its end. */
  async read(): Promise<Buffer | null> {
    for (;;) {
      this.#cancel.signal.throwIfAborted();
      const piece = this.#queue.shift();
      if (piece !== undefined) {
        this.#queuedBytes -= piece.length;
        if (this.#paused && this.#queuedBytes < MAX_QUEUED_BYTES / 2) this.#resume();
        return piece;
      }
      if (this.#ended) return null;
      await this.#next();
    }
  }

  /** Standard output, piece by piece. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    for (let piece = await this.read(); piece !== null; piece = await this.read()) yield piece;
  }

  /** Writes to standard input; resolves when the machine can take more. False: the command does not read any more. */
  async write(data: Buffer | string): Promise<boolean> {
    this.#cancel.signal.throwIfAborted();
    const channel = this.#channel;
    if (channel === null || this.#closed || !channel.writable) return false;
    if (channel.write(data)) return true;
    const state = { drained: false };
    const onDrain = (): void => {
      state.drained = true;
      this.#stir();
    };
    channel.once("drain", onDrain);
    try {
      while (!state.drained && !this.#closed) await this.#next();
    } finally {
      channel.removeListener("drain", onDrain);
    }
    return state.drained;
  }

  /** Closes standard input, after `data`. */
  end(data?: Buffer | string): void {
    if (data === undefined) this.#channel?.end();
    else this.#channel?.end(data);
  }

  /** Waits for the command's end; what it still prints is dropped. */
  async exit(): Promise<ExitStatus> {
    while (!this.#closed) {
      this.#drop();
      await this.#next();
    }
    this.#cancel.signal.throwIfAborted();
    if (this.#status === null) {
      throw this.#connection.error(
        "connection_lost",
        `A command on ${this.#connection.host} ended without an exit status. Connect again.`,
      );
    }
    return this.#status;
  }

  /**
   * Opens the channel. A server may count a session until the last process of an ended one is gone: what it refuses is
   * tried again for a while.
   */
  async #openWithPatience(line: string, options: ChannelOptions): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      const opening = this.#connection.openChannel(line, (channel) => this.#attach(channel, options));
      try {
        return await this.#unlessCancelled(opening);
      } catch (error) {
        if (this.#cancel.signal.aborted) {
          // Comes it late, it is closed at once, and its place is free only then.
          const release = this.#release;
          this.#release = null;
          void opening.catch(() => {}).finally(release);
          throw error;
        }
        if ((error as SessionError).code !== "unreachable" || attempt === OPEN_ATTEMPTS) throw error;
        await this.#unlessCancelled(sleep(100 * attempt));
      }
    }
  }

  #attach(channel: ClientChannel, options: ChannelOptions): void {
    channel.on("error", () => {});
    channel.stderr.on("error", () => {});
    if (this.#cancel.signal.aborted) {
      channel.stderr.resume();
      channel.resume().close();
      return;
    }
    this.#channel = channel;
    const maxStderr = options.maxStderrBytes ?? 64 * 1024;
    let stderrBytes = 0;
    channel.stderr.on("data", (piece: Buffer) => {
      const room = maxStderr - stderrBytes;
      stderrBytes += piece.length;
      if (room > 0) this.#stderr.push(piece.subarray(0, room));
      if (piece.length > room && options.stderrOverflow !== undefined) this.fail(options.stderrOverflow());
    });
    channel.on("data", (piece: Buffer) => {
      if (this.#cancel.signal.aborted) return;
      this.#take(piece);
      if (this.#queuedBytes > MAX_QUEUED_BYTES && !this.#paused) {
        this.#paused = true;
        channel.pause();
      }
      if (this.#queue.length > 0) this.#stir();
    });
    channel.on("end", () => {
      // No marker: the login shell did not come as far as the command. What it said is all there is.
      if (this.#noise !== null && this.#noise.length > 0) this.#enqueue(this.#noise);
      this.#noise = null;
      this.#ended = true;
      this.#stir();
    });
    channel.on("exit", (code: number | null, signal?: string) => {
      this.#status = { exitCode: code, signal: signal?.replace(/^SIG/, "") ?? null };
    });
    channel.on("close", () => {
      this.#ended = true;
      this.#closed = true;
      this.#finish();
      this.#stir();
    });
  }

  #take(piece: Buffer): void {
    if (this.#noise === null) {
      this.#enqueue(piece);
      return;
    }
    const all = Buffer.concat([this.#noise, piece]);
    const start = all.indexOf(this.#marker);
    const lineEnd = start === -1 ? -1 : all.indexOf("\n", start);
    if (lineEnd === -1) {
      this.#noise = all;
      if (all.length > MAX_NOISE_BYTES) {
        this.fail(
          this.#connection.error(
            "output_too_large",
            `The login shell on ${this.#connection.host} prints more than ${MAX_NOISE_BYTES} bytes before any command. Silence its start-up files for non-interactive use.`,
          ),
        );
      }
      return;
    }
    this.#pid = Number(all.subarray(start + this.#marker.length, lineEnd).toString("latin1"));
    this.#noise = null;
    if (lineEnd + 1 < all.length) this.#enqueue(all.subarray(lineEnd + 1));
  }

  #enqueue(piece: Buffer): void {
    this.#queue.push(piece);
    this.#queuedBytes += piece.length;
  }

  /** Forgets what was read ahead and lets more come. */
  #drop(): void {
    this.#queue = [];
    this.#queuedBytes = 0;
    this.#resume();
  }

  #resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#channel?.resume();
  }

  #stir(): void {
    const wake = this.#wake;
    this.#wake = null;
    wake?.();
  }

  /** Waits until something happens on the channel, at most `idleMs`. */
  async #next(): Promise<void> {
    this.#cancel.signal.throwIfAborted();
    let timer: NodeJS.Timeout | undefined;
    const idleMs = this.#idleMs;
    if (idleMs !== null) {
      timer = setTimeout(() => {
        this.fail(
          this.#connection.error(
            "transfer_failed",
            `${this.#connection.host} sent and took nothing for ${idleMs / 1000} s; the transfer was given up. Is its disk full or hanging?`,
          ),
        );
      }, idleMs);
    }
    await new Promise<void>((resolve) => {
      const earlier = this.#wake;
      this.#wake = () => {
        earlier?.();
        resolve();
      };
    });
    clearTimeout(timer);
    this.#cancel.signal.throwIfAborted();
  }

  #unlessCancelled<T>(promise: Promise<T>): Promise<T> {
    const { signal } = this.#cancel;
    return new Promise((resolve, reject) => {
      const onAbort = (): void => reject(signal.reason as Error);
      if (signal.aborted) onAbort();
      signal.addEventListener("abort", onAbort, { once: true });
      promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
    });
  }

  #abandon(): void {
    this.#drop();
    const channel = this.#channel;
    if (channel !== null && !this.#closed) {
      channel.resume();
      channel.close();
      if (this.#pid !== null && this.#connection.connected) void endGroup(this.#connection, this.#pid);
    }
    for (const cleanup of this.#cleanups.splice(0)) cleanup();
    this.#stir();
  }

  #finish(): void {
    for (const cleanup of this.#cleanups.splice(0)) cleanup();
    this.#release?.();
    this.#release = null;
  }
}

/** Closing a channel leaves its processes running. sshd makes each command the leader of a process group; other servers may not. */
async function endGroup(connection: Connection, pid: number): Promise<void> {
  const script = `exec >/dev/null 2>&1 </dev/null;kill -TERM -${pid}||kill -TERM ${pid}||exit;(sleep 2;kill -KILL -${pid}||kill -KILL ${pid})&`;
  try {
    await connection.openChannel(wrapForLoginShell(script), (channel) => {
      channel.on("error", () => {});
      channel.stderr.resume();
      channel.resume().end();
    });
  } catch {
    // The connection is gone; the machine's own deadline or its end takes care of the process.
  }
}
