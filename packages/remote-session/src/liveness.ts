/** What is known of a machine that does not answer. Times in ms, of one clock. */
export interface LivenessFacts {
  /** When the first of the failures in a row was; null: the last try went well. */
  readonly firstFailureAt: number | null;
  /** Failures in a row. */
  readonly failures: number;
  readonly now: number;
  /** Least time without an answer. A kernel update, a live migration or a full CPU take minutes. */
  readonly minMs: number;
  /** Least number of failures in a row: of a paused orchestrator, time alone says nothing. */
  readonly minTries: number;
}

export type Liveness = "wait" | "ask_provider";

/**
 * What to do about a machine that does not answer: unreachable is not dead. Only after the minimum time *and* the minimum
 * number of tries is the provider asked, and only its word ends a run.
 */
export function liveness({ firstFailureAt, failures, now, minMs, minTries }: LivenessFacts): Liveness {
  if (firstFailureAt === null || failures < minTries) return "wait";
  return now - firstFailureAt >= minMs ? "ask_provider" : "wait";
}

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 60_000;

/**
 * Pause before the next try to connect, in ms: doubled with each attempt up to 60 s, of which a random half to whole is
 * taken, so that a thousand sessions that broke at once do not come back at once.
 *
 * @param attempt 1 for the first try after a failure.
 * @param random From 0 to below 1, such as `Math.random`.
 */
export function reconnectDelay(attempt: number, random: () => number): number {
  // 2 ** 7 * 500 ms is above the longest pause already; a larger exponent would only overflow.
  const exponent = Math.min(Math.max(Math.trunc(attempt) || 1, 1) - 1, 7);
  const whole = Math.min(FIRST_PAUSE_MS * 2 ** exponent, LONGEST_PAUSE_MS);
  return Math.round(whole * (0.5 + random() / 2));
}
