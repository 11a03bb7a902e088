/**
 * - `not_a_folder`: there is no results folder at that path
 * - `unreadable`: the operating system, or the source of a transcript, refused to hand over bytes
 */
export type ResultsErrorCode = "unreadable" | "not_a_folder";

export interface ResultsErrorFacts {
  readonly path?: string;
  /** Default: false. */
  readonly retryable?: boolean;
  readonly cause?: unknown;
}

/**
 * The only error that this package throws, except for an AbortSignal's own reason. It is about bytes that could not be
 * had; what is wrong *inside* a file is a `ResultsIssue`.
 */
export class ResultsError extends Error {
  override readonly name = "ResultsError";
  readonly code: ResultsErrorCode;
  readonly retryable: boolean;
  readonly path: string | null;

  constructor(code: ResultsErrorCode, message: string, facts: ResultsErrorFacts = {}) {
    super(message, facts.cause === undefined ? {} : { cause: facts.cause });
    this.code = code;
    this.retryable = facts.retryable ?? false;
    this.path = facts.path ?? null;
  }
}
