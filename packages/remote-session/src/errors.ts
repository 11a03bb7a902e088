/**
 * - `unreachable`: nothing answers there (retryable)
 * - `auth_failed`: the server refuses the key
 * - `host_key_mismatch`: the server shows another key than the pinned ones
 * - `connection_lost`: the connection ended during a call (retryable: connect again)
 * - `command_timeout`: a command ran past its deadline (retryable)
 * - `output_too_large`: a command printed more than `maxOutputBytes`
 * - `transfer_failed`: tar failed on either side
 * - `unsafe_path`: a path that leaves its folder
 * - `job_failed`: the supervisor could not be started
 * - `invalid_request`: a name or path that is not taken
 */
export type SessionErrorCode =
  | "unreachable"
  | "auth_failed"
  | "host_key_mismatch"
  | "connection_lost"
  | "command_timeout"
  | "output_too_large"
  | "transfer_failed"
  | "unsafe_path"
  | "job_failed"
  | "invalid_request";

export interface SessionErrorFacts {
  readonly host?: string;
  readonly port?: number;
  readonly cause?: unknown;
}

const RETRYABLE: ReadonlySet<SessionErrorCode> = new Set([
  "unreachable",
  "connection_lost",
  "command_timeout",
]);

/** The only error that a session throws, except for an AbortSignal's own reason. */
export class SessionError extends Error {
  override readonly name = "SessionError";
  readonly code: SessionErrorCode;
  readonly retryable: boolean;
  readonly host: string | null;
  readonly port: number | null;

  constructor(code: SessionErrorCode, message: string, facts: SessionErrorFacts = {}) {
    super(message, facts.cause === undefined ? {} : { cause: facts.cause });
    this.code = code;
    this.retryable = RETRYABLE.has(code);
    this.host = facts.host ?? null;
    this.port = facts.port ?? null;
  }
}
