/**
 * - `invalid`: an option or an answer is not what was expected
 * - `busy`: another process works with the same file
 * - `damaged`: the journal or the ledger cannot be read
 * - `unauthorized`: the key is refused, or not good for this
 * - `rate_limited`: too many requests; `retryAfterMs` says when to come back
 * - `credits`: the account, or the limit that was set for this campaign, has no credits left
 * - `unsettled`: an earlier call got no answer, and doing it again may cost twice
 * - `taken`: the person is in this campaign's ledger already
 * - `refused`: the contact may not be written to
 * - `unavailable`: the server did not answer, or answered with an error of its own
 */
export type DiscoveryErrorCode =
  | "invalid"
  | "busy"
  | "damaged"
  | "unauthorized"
  | "rate_limited"
  | "credits"
  | "unsettled"
  | "taken"
  | "refused"
  | "unavailable";

const RETRYABLE: ReadonlySet<DiscoveryErrorCode> = new Set(["busy", "rate_limited", "unavailable"]);

/** The only error of this package. Its message says what was expected and what to do. */
export class DiscoveryError extends Error {
  override readonly name = "DiscoveryError";
  readonly code: DiscoveryErrorCode;
  readonly retryable: boolean;
  /** null: no time is known. */
  readonly retryAfterMs: number | null;

  constructor(
    code: DiscoveryErrorCode,
    message: string,
    options: ErrorOptions & { readonly retryAfterMs?: number } = {},
  ) {
    super(message, options);
    this.code = code;
    this.retryable = RETRYABLE.has(code);
    this.retryAfterMs = options.retryAfterMs ?? null;
  }
}
