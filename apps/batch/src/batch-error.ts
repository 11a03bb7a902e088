/**
 * - `busy`: another process runs this campaign
 * - `misuse`: the command does not fit
 * - `unknown_project`: no such id in projects.json
 */
export type BatchErrorCode = "busy" | "misuse" | "unknown_project";

/** Thrown by `universe-batch` itself; errors of the packages below pass through. */
export class BatchError extends Error {
  override readonly name = "BatchError";
  readonly code: BatchErrorCode;
  readonly retryable: boolean;

  constructor(code: BatchErrorCode, message: string) {
    super(message);
    this.code = code;
    this.retryable = code === "busy";
  }
}
