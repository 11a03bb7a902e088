/** How fast the server is asked. The defaults follow GitHub's documented limits, with room to spare. */
export interface Pace {
  /** Between two requests that change something. GitHub asks for at least a second. Default: 1,000. */
  readonly writePauseMs: number;
  /** Points a minute: a read is 1, a write 5. GitHub allows 900. Default: 800. */
  readonly pointsPerMinute: number;
  /** Requests that create something (a fork, a pull request). GitHub allows 80 a minute and 500 an hour. Defaults: 70, 450. */
  readonly createsPerMinute: number;
  readonly createsPerHour: number;
  /** First pause at a limit that names no time; it doubles each time in a row. Default: 60,000. */
  readonly limitPauseMs: number;
  /** Longest such pause. Default: 15 min. */
  readonly longestPauseMs: number;
  /** How long one call waits for limits to lift before it is `rate_limited`. Default: 75 min, as a primary limit may last an hour. */
  readonly patienceMs: number;
  /** Before a read is repeated after a 5xx answer or a broken connection; it doubles. Default: 1,000. */
  readonly retryPauseMs: number;
  /** How long a new fork has to become usable. GitHub says 5 min. Default: 300,000. */
  readonly forkReadyMs: number;
  /** First pause between two looks at a new fork; it grows to 15 s. Default: 2,000. */
  readonly pollMs: number;
  /** One request, its body included. Default: 30,000. */
  readonly requestTimeoutMs: number;
}

export const defaultPace: Pace = {
  writePauseMs: 1000,
  pointsPerMinute: 800,
  createsPerMinute: 70,
  createsPerHour: 450,
  limitPauseMs: 60_000,
  longestPauseMs: 15 * 60_000,
  patienceMs: 75 * 60_000,
  retryPauseMs: 1000,
  forkReadyMs: 5 * 60_000,
  pollMs: 2000,
  requestTimeoutMs: 30_000,
};
