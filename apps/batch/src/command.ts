import type { Options, PositionalOptions } from "yargs";

/** 0: done. 1: failed, or a person is needed. 2: misused. */
export type ExitCode = 0 | 1 | 2;

/** Values of flags and positionals, as yargs gives them. */
export type Args = Readonly<Record<string, unknown>>;

/** What a handler talks to. Results go to stdout, everything else to stderr. */
export interface Io {
  readonly json: boolean;
  out(text: string): void;
  err(text: string): void;
  /** Aborted by the first SIGTERM or Ctrl-C. */
  readonly signal: AbortSignal;
}

export type Handler = (args: Args, io: Io) => Promise<ExitCode>;

/** A command is data; its handler is loaded when it is called. */
export interface Command {
  /** As yargs writes it: `timeline <id>`. */
  readonly usage: string;
  readonly describe: string;
  readonly positionals?: Readonly<Record<string, PositionalOptions>>;
  readonly options?: Readonly<Record<string, Options>>;
  readonly examples: readonly (readonly [command: string, meaning: string])[];
  load(): Promise<Handler>;
}
