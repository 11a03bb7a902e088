/**
 * - `bad_request`: the request for a proof is malformed; nothing was run
 * - `unsuited_machine`: git or another needed program is missing, or the system is not Linux or macOS
 * - `repository`: the repository could not be cloned, or lacks the branch, head or base
 * - `command`: a command of the prover itself failed
 * - `build`: a side could not be built
 */
export type ProverErrorCode = "bad_request" | "unsuited_machine" | "repository" | "command" | "build";

/** What the prover throws beside an aborted signal's reason. The message says what to do. */
export class ProverError extends Error {
  override readonly name = "ProverError";
  readonly code: ProverErrorCode;
  /** True where the same request may succeed later: network, time. */
  readonly retryable: boolean;

  constructor(
    code: ProverErrorCode,
    message: string,
    options: { readonly retryable?: boolean; readonly cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.retryable = options.retryable ?? false;
  }
}
