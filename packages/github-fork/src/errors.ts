/**
 * - `upstream_missing`: the repository does not exist, or is not readable
 * - `upstream_empty`: it has no commit
 * - `name_taken`: the fork's name and its fallback belong to other repositories
 * - `not_ready`: the fork did not become usable in time (retryable)
 * - `bad_bundle`: the bundle is damaged, lacks the commit, or does not descend from the base
 * - `push_rejected`: the branch moved meanwhile; look before repeating
 * - `refused`: `PushRequest.inspect` said no; nothing was pushed
 * - `invalid_request`: a repository or branch name that git does not take
 * - `git_failed`: git itself failed; its words are in the message
 */
export type ForkErrorCode =
  | "upstream_missing"
  | "upstream_empty"
  | "name_taken"
  | "not_ready"
  | "bad_bundle"
  | "push_rejected"
  | "refused"
  | "invalid_request"
  | "git_failed";

export interface ForkErrorFacts {
  readonly repo?: string | undefined;
  readonly retryable?: boolean;
  readonly cause?: unknown;
}

/** The only error that a fork provider throws, except for an AbortSignal's own reason. */
export class ForkError extends Error {
  override readonly name = "ForkError";
  readonly code: ForkErrorCode;
  readonly retryable: boolean;
  readonly repo: string | null;

  constructor(code: ForkErrorCode, message: string, facts: ForkErrorFacts = {}) {
    super(message, facts.cause === undefined ? {} : { cause: facts.cause });
    this.code = code;
    this.retryable = facts.retryable ?? code === "not_ready";
    this.repo = facts.repo ?? null;
  }
}
