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
 * - `upstream_archived`, `upstream_disabled`, `upstream_private`: not a repository to optimize; leave it out
 * - `upstream_renamed`: it has another name now, which the message gives
 * - `forking_disabled`: its owner does not allow forks
 * - `unauthorized`: no token, or one that the server does not take
 * - `forbidden`: the token lacks a right, which the message names
 * - `workflow_scope`: the branch changes workflow files, which this token may not push
 * - `actions_enabled`: GitHub Actions could not be switched off on the fork, so nothing is pushed to it
 * - `rate_limited`: the server's limits did not lift in time (retryable)
 * - `server_failed`: the server's answer was not usable; 5xx and network failures are retryable
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
  | "git_failed"
  | "upstream_archived"
  | "upstream_disabled"
  | "upstream_private"
  | "upstream_renamed"
  | "forking_disabled"
  | "unauthorized"
  | "forbidden"
  | "workflow_scope"
  | "actions_enabled"
  | "rate_limited"
  | "server_failed";

const skips: ReadonlySet<string> = new Set<ForkErrorCode>([
  "upstream_missing",
  "upstream_empty",
  "upstream_archived",
  "upstream_disabled",
  "upstream_private",
  "upstream_renamed",
  "forking_disabled",
]);

/** Whether an error's code says that this upstream cannot be forked, whoever asks: leave the project out, try no more. */
export function isUpstreamSkip(code: string): boolean {
  return skips.has(code);
}

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
    this.retryable = facts.retryable ?? (code === "not_ready" || code === "rate_limited");
    this.repo = facts.repo ?? null;
  }
}
