/**
 * - `invalid_request`: a name, tag or key that no provider takes
 * - `name_taken`: a machine of that name exists and belongs to something else
 * - `capacity`: no machine is free now (retryable)
 * - `unreachable`: the machine or the provider does not answer (retryable)
 * - `host_key_mismatch`: the machine shows another host key than the pinned one
 * - `create_failed`, `destroy_failed`: the provider refused or gave up; `retryable` tells
 */
export type MachineErrorCode =
  | "invalid_request"
  | "name_taken"
  | "capacity"
  | "unreachable"
  | "host_key_mismatch"
  | "create_failed"
  | "destroy_failed";

export interface MachineErrorFacts {
  readonly machine?: string;
  readonly provider?: string;
  readonly retryable?: boolean;
  readonly cause?: unknown;
}

/** The only error that a provider throws, except for an AbortSignal's own reason. */
export class MachineError extends Error {
  override readonly name = "MachineError";
  readonly code: MachineErrorCode;
  readonly retryable: boolean;
  readonly machine: string | null;
  readonly provider: string | null;

  constructor(code: MachineErrorCode, message: string, facts: MachineErrorFacts = {}) {
    super(message, facts.cause === undefined ? {} : { cause: facts.cause });
    this.code = code;
    this.retryable = facts.retryable ?? (code === "capacity" || code === "unreachable");
    this.machine = facts.machine ?? null;
    this.provider = facts.provider ?? null;
  }
}
