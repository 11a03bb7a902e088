/**
 * - `no_password`, `no_key`: the environment lacks a secret
 * - `refused`: the server knows neither account nor key, or does not let it
 * - `insecure`: no TLS, or a certificate that cannot be trusted
 * - `unreachable`: no answer; try again
 * - `rate_limited`: too many requests; `retryAfterMs`
 * - `no_mailbox`: no folder for drafts
 * - `other_version`: an earlier version of this draft lies there
 * - `not_manual`: a sequence that would send by itself, or of which that cannot be ruled out
 * - `forbidden_path`: a request that this client does not make, such as one that sends
 * - `unexpected`: an answer that is not what was asked for
 * - `unwritable`: the file system refused
 */
export type DeliveryErrorCode =
  | "no_password"
  | "no_key"
  | "refused"
  | "insecure"
  | "unreachable"
  | "rate_limited"
  | "no_mailbox"
  | "other_version"
  | "not_manual"
  | "forbidden_path"
  | "unexpected"
  | "unwritable";

/** What `DeliveryError` is made of. */
export interface DeliveryErrorFacts {
  readonly code: DeliveryErrorCode;
  readonly retryable?: boolean;
  readonly retryAfterMs?: number | null;
  readonly cause?: unknown;
}

/** The only error of this package. The message says what happened and what to do. It never holds a password or key. */
export class DeliveryError extends Error {
  override readonly name = "DeliveryError";
  readonly code: DeliveryErrorCode;
  readonly retryable: boolean;
  /** null: the server did not say. */
  readonly retryAfterMs: number | null;

  constructor(message: string, facts: DeliveryErrorFacts) {
    super(message, facts.cause === undefined ? undefined : { cause: facts.cause });
    this.code = facts.code;
    this.retryable = facts.retryable ?? false;
    this.retryAfterMs = facts.retryAfterMs ?? null;
  }
}
