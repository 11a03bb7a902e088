/**
 * - `invalid_request`: a name, tag or key that no provider takes
 * - `name_taken`: a machine of that name exists and belongs to something else
 * - `capacity`: no machine is free now (retryable; `retryAt` says when to try again, where that is known)
 * - `quota`: the account may not have that many machines (retryable: others may be destroyed meanwhile)
 * - `size_unavailable`: the account cannot have machines of that size there
 * - `unauthenticated`: no credential, or one that has expired or is refused (retryable: a person renews it)
 * - `forbidden`: the account lacks a right (retryable: a person grants it)
 * - `subscription`: the account's subscription does not exist, or is disabled
 * - `throttled`: the provider asks for fewer requests, for longer than was waited (retryable)
 * - `conflict`: something else changes the same resource (retryable)
 * - `unreachable`: the machine or the provider does not answer (retryable)
 * - `host_key_mismatch`: the machine shows another host key than the pinned one
 * - `create_failed`, `destroy_failed`: the provider refused or gave up; `retryable` tells
 */
export type MachineErrorCode =
  | "invalid_request"
  | "name_taken"
  | "capacity"
  | "quota"
  | "size_unavailable"
  | "unauthenticated"
  | "forbidden"
  | "subscription"
  | "throttled"
  | "conflict"
  | "unreachable"
  | "host_key_mismatch"
  | "create_failed"
  | "destroy_failed";

export interface MachineErrorFacts {
  readonly machine?: string;
  readonly provider?: string;
  readonly retryable?: boolean;
  /** The provider's own code (`AllocationFailed`). */
  readonly providerCode?: string;
  /** Before then another try is in vain. */
  readonly retryAt?: Date;
  readonly cause?: unknown;
}

const RETRYABLE: ReadonlySet<MachineErrorCode> = new Set([
  "capacity",
  "quota",
  "unauthenticated",
  "forbidden",
  "throttled",
  "conflict",
  "unreachable",
]);

/** The only error that a provider throws, except for an AbortSignal's own reason. */
export class MachineError extends Error {
  override readonly name = "MachineError";
  readonly code: MachineErrorCode;
  readonly retryable: boolean;
  readonly machine: string | null;
  readonly provider: string | null;
  readonly providerCode: string | null;
  readonly retryAt: Date | null;

  constructor(code: MachineErrorCode, message: string, facts: MachineErrorFacts = {}) {
    super(message, facts.cause === undefined ? {} : { cause: facts.cause });
    this.code = code;
    this.retryable = facts.retryable ?? RETRYABLE.has(code);
    this.machine = facts.machine ?? null;
    this.provider = facts.provider ?? null;
    this.providerCode = facts.providerCode ?? null;
    this.retryAt = facts.retryAt ?? null;
  }
}
