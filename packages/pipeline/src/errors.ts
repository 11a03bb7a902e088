/**
 * - `unknown_project`: no such id in projects.json
 * - `busy`: another process is working on the project (retryable)
 * - `not_now`: the command does not fit where the run stands
 * - `step_failed`: a step failed for good; the message says why
 * - `bootstrap_failed`, `agent_not_started`: what happened on the machine
 * - `remote_failed`: a command on the machine failed
 * - `machine_gone`: the provider is sure that the machine does not exist any more
 * - `machine_evicted`: the provider took the machine back (spot): what was on it is lost
 * - `proof_failed`: the claims could not be measured
 * - `secret_found`: a secret lies in what came from a machine, and nobody has released it
 * - `git_failed`: git itself failed; its words are in the message
 * - `not_allowed`: something stands against approving or delivering a mail; the message says what
 * - `damaged_facts`: the run's facts in the database cannot be read
 */
export type PipelineErrorCode =
  | "unknown_project"
  | "busy"
  | "not_now"
  | "step_failed"
  | "bootstrap_failed"
  | "agent_not_started"
  | "remote_failed"
  | "machine_gone"
  | "machine_evicted"
  | "proof_failed"
  | "secret_found"
  | "git_failed"
  | "not_allowed"
  | "damaged_facts";

/** Thrown by the pipeline itself; errors of the packages below pass through with their own classes. */
export class PipelineError extends Error {
  override readonly name = "PipelineError";
  readonly code: PipelineErrorCode;
  readonly retryable: boolean;
  readonly projectId: string | null;
  /** Exit status of the program that failed; null: none did. */
  readonly exitCode: number | null;

  constructor(
    code: PipelineErrorCode,
    message: string,
    facts: {
      readonly projectId?: string;
      readonly retryable?: boolean;
      readonly cause?: unknown;
      readonly exitCode?: number | null;
    } = {},
  ) {
    super(message, facts.cause === undefined ? {} : { cause: facts.cause });
    this.code = code;
    this.retryable = facts.retryable ?? code === "busy";
    this.projectId = facts.projectId ?? null;
    this.exitCode = facts.exitCode ?? null;
  }
}

/** The parts of an error that the journal and the state machine look at. */
export interface ErrorFacts {
  readonly code: string;
  readonly message: string;
  readonly retryable: boolean;
  /** Before then another try is in vain. */
  readonly retryAt?: Date;
}

/** Reads `code`, `retryable` and `retryAt` of any package's error; an unknown error is not retryable. */
export function errorFacts(error: unknown): ErrorFacts {
  if (!(error instanceof Error)) return { code: "unknown", message: String(error), retryable: false };
  const { code, retryable, retryAt } = error as Error & Record<"code" | "retryable" | "retryAt", unknown>;
  return {
    code: typeof code === "string" ? code : "unknown",
    message: error.message,
    retryable: retryable === true,
    ...(retryAt instanceof Date ? { retryAt } : {}),
  };
}
