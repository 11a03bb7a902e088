/** How long a fork stays in each of its phases, in milliseconds since the phase before it ended. Default: 0 each. */
export interface ForkTiming {
  /** REST answers 404, git too. */
  readonly hiddenMs?: number;
  /** REST answers 200, git says that the repository is not exported, commits answer 409. */
  readonly unexportedMs?: number;
  /** A clone succeeds and is empty, commits answer 409. */
  readonly emptyMs?: number;
  /** Everything can be read, writes fail. */
  readonly readOnlyMs?: number;
}

/** Limits per token. What is left out has GitHub's own value. */
export interface GitHubLimits {
  /** Requests of the core resource in a window of an hour. Default: 5,000; without a token 60. */
  readonly requestsPerHour?: number;
  /** Default: 30. */
  readonly searchesPerMinute?: number;
  /** Default: 5,000. */
  readonly graphqlPointsPerHour?: number;
  /** Points (GET 1, anything else 5) in a minute. Default: 900. */
  readonly pointsPerMinute?: number;
  /** Requests that create content (POST) in a minute. Default: 80. */
  readonly creationsPerMinute?: number;
  /** Default: 500. */
  readonly creationsPerHour?: number;
  /** Default: 100. */
  readonly concurrentRequests?: number;
  /** Least time between the beginnings of two writes; 0: not looked at. Default: 0. */
  readonly writeGapMs?: number;
  /** How long a secondary limit lasts. Default: 60,000. */
  readonly cooldownMs?: number;
  /** Whether a secondary limit's answer has Retry-After. Default: false. */
  readonly retryAfter?: boolean;
  /** Status of a secondary limit's answer: 403 or 429. Default: 403. */
  readonly secondaryStatus?: 403 | 429;
  /**
   * A request this soon after a limit's answer may have been on its way already: refused, and not held against the client.
   * Default: 250.
   */
  readonly graceMs?: number;
  /** Length of "an hour" and "a minute", so that tests need not wait. Defaults: 3,600,000 and 60,000. */
  readonly hourMs?: number;
  readonly minuteMs?: number;
}

export interface GitHubOptions {
  readonly fork?: ForkTiming;
  /** Forks of one account that may be in progress before more are refused with 403. Default: 3. */
  readonly forksInProgress?: number;
  readonly limits?: GitHubLimits;
  /** How long an installation's token lives. Default: an hour. */
  readonly installationTokenMs?: number;
  /** Whether requests and answers are checked against GitHub's OpenAPI description. Default: true. */
  readonly checkOpenApi?: boolean;
}

export type Limits = Required<GitHubLimits>;

/** The limits with GitHub's own values where none were given. */
export function completeLimits(limits: GitHubLimits = {}): Limits {
  return {
    requestsPerHour: 5_000,
    searchesPerMinute: 30,
    graphqlPointsPerHour: 5_000,
    pointsPerMinute: 900,
    creationsPerMinute: 80,
    creationsPerHour: 500,
    concurrentRequests: 100,
    writeGapMs: 0,
    cooldownMs: 60_000,
    retryAfter: false,
    secondaryStatus: 403,
    graceMs: 250,
    hourMs: 3_600_000,
    minuteMs: 60_000,
    ...limits,
  };
}
