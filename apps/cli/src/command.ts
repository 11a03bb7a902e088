import type { Options, PositionalOptions } from "yargs";

/** 0: done. 1: failed. 2: misused. */
export type ExitCode = 0 | 1 | 2;

/** Values of flags and positionals, as yargs gives them. */
export type Args = Readonly<Record<string, unknown>>;

/** What a handler talks to. Results go to stdout, everything else to stderr. */
export interface Io {
  readonly json: boolean;
  readonly color: boolean;
  /** Columns of the terminal; null where there is none. */
  readonly columns: number | null;
  out(text: string): void;
  err(text: string): void;
  /** Aborted by the first Ctrl-C or SIGTERM. */
  readonly signal: AbortSignal;
}

/** Resolves to the exit status; `uo ssh` alone gives that of the remote command. */
export type Handler = (args: Args, io: Io) => Promise<number>;

/** A command is data; its handler is loaded when it is called, so that no other command pays for its imports. */
export interface Command {
  /** As yargs writes it: `start [ids..]`. */
  readonly usage: string;
  readonly describe: string;
  readonly positionals?: Readonly<Record<string, PositionalOptions>>;
  readonly options?: Readonly<Record<string, Options>>;
  readonly examples: readonly (readonly [command: string, meaning: string])[];
  load(): Promise<Handler>;
}
