/**
 * - `stale_lease`: somebody else holds the lease by now; the write touched nothing
 * - `run_active`: the project's latest run is not finished
 * - `not_found`: no such project, run or machine
 * - `newer_schema`: the database was written by a newer version
 * - `not_a_store`: the file is no database of this program
 * - `read_only`: the file or its folder cannot be written
 * - `unavailable`: the database does not answer (retryable); when it was lost in the middle of a commit, the message says so
 * - `access_denied`: the database refuses this user or its password
 * - `not_empty`: a copy would meet what is there already; nothing was written
 * - `capacity`: as many machines are alive as may be (retryable); nothing was written
 * - `locked`: another process holds the database for too long (retryable)
 * - `disk_full`: nothing was written
 * - `io_error`: the disk failed
 * - `migration_failed`: nothing was changed; the backup is named in the message
 * - `constraint`: a value that the schema does not take
 * - `closed`: the store was used after it was disposed of
 */
export type StoreErrorCode =
  | "stale_lease"
  | "run_active"
  | "not_found"
  | "newer_schema"
  | "not_a_store"
  | "read_only"
  | "locked"
  | "unavailable"
  | "access_denied"
  | "not_empty"
  | "capacity"
  | "disk_full"
  | "io_error"
  | "migration_failed"
  | "constraint"
  | "closed";

export interface StoreErrorFacts {
  readonly file?: string;
  readonly retryable?: boolean;
  readonly cause?: unknown;
}

const RETRYABLE: readonly StoreErrorCode[] = ["locked", "unavailable", "capacity"];

/** The only error that a store throws. */
export class StoreError extends Error {
  override readonly name = "StoreError";
  readonly code: StoreErrorCode;
  readonly retryable: boolean;
  readonly file: string | null;

  constructor(code: StoreErrorCode, message: string, facts: StoreErrorFacts = {}) {
    super(message, facts.cause === undefined ? {} : { cause: facts.cause });
    this.code = code;
    this.retryable = facts.retryable ?? RETRYABLE.includes(code);
    this.file = facts.file ?? null;
  }
}
