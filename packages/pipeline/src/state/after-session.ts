import type { SessionEnd } from "@universe-optimize/agent-kit";

/** What is known when a session of the agent has ended. */
export interface EndedSession {
  readonly end: SessionEnd;
  /** The machine lost the session: it was restarted, or its supervisor was killed with it. */
  readonly lost: boolean;
  readonly hasSummary: boolean;
  /** How often the agent was started so far. */
  readonly starts: number;
  /** Seconds of the run so far. */
  readonly elapsedSeconds: number;
  readonly now: Date;
  readonly usdPerHour: number;
}

export interface ResumeLimits {
  readonly maxResumes: number;
  readonly maxParkUsd: number;
  readonly timeLimitHours: number;
}

/** What to do next; `over` carries a stop where the session did not end by itself. */
export type AfterSession =
  | { readonly kind: "over"; readonly stop: { readonly code: string; readonly reason: string } | null }
  | { readonly kind: "resume"; readonly cause: "stopped" | "connection_lost" | "machine_restarted" }
  | { readonly kind: "park"; readonly until: Date; readonly reason: string };

/**
 * Decides whether a session that ended is taken up again: pure, so that each case is a row of a test. A written summary ends the run
 * whatever the session says of itself.
 */
export function afterSession(ended: EndedSession, limits: ResumeLimits): AfterSession {
  const { end } = ended;
  const over = (code: string, reason: string): AfterSession => ({ kind: "over", stop: { code, reason } });
  if (ended.hasSummary) return { kind: "over", stop: null };
  const hoursLeft = limits.timeLimitHours - ended.elapsedSeconds / 3600;
  const mayResume = ended.starts <= limits.maxResumes && hoursLeft > 0;
  if (ended.lost)
    return mayResume
      ? { kind: "resume", cause: "machine_restarted" }
      : over("lost", "the agent vanished with its supervisor");
  switch (end.retry) {
    case "no":
      return end.kind === "finished" ? { kind: "over", stop: null } : over(end.kind, end.message);
    case "fresh_with_stronger_model":
      return over("stuck", end.message);
    case "resume":
      return mayResume
        ? { kind: "resume", cause: end.kind === "killed" ? "stopped" : "connection_lost" }
        : over(end.kind, `${end.message} It was taken up again ${ended.starts - 1} times.`);
    case "resume_at": {
      const until = end.resumeAt ?? ended.now;
      const hours = Math.max(0, until.getTime() - ended.now.getTime()) / 3_600_000;
      const usd = hours * ended.usdPerHour;
      if (!mayResume || hours >= hoursLeft)
        return over(end.kind, `${end.message} The run's time is over before that.`);
      if (usd > limits.maxParkUsd)
        return over(
          end.kind,
          `${end.message} Waiting would cost $${usd.toFixed(2)} of machine, more than run.maxParkUsd (${limits.maxParkUsd}).`,
        );
      return { kind: "park", until, reason: end.message };
    }
  }
}
