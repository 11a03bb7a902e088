/** What the watcher sees of a run; times by the machine's monotonic clock. */
export interface WatchFacts {
  readonly elapsedSeconds: number;
  readonly hasSummary: boolean;
  /** Seconds since the summary was first seen; null: not yet. */
  readonly summaryAgeSeconds: number | null;
  readonly keptExperiments: number;
  readonly stopRequested: boolean;
}

export interface StopLimits {
  readonly timeLimitHours: number;
  readonly noResultHours: number;
  readonly overtimeMinutes: number;
  readonly afterResultMinutes: number;
}

/** null: let it run. Otherwise why to stop, as a code and as words. */
export type StopDecision = null | {
  readonly code: "requested" | "time_limit" | "no_result" | "after_result";
  readonly reason: string;
};

/**
 * The stop rules: 8 hours is what the agent is told and, with 15 minutes of overtime, what a run may take; 5 hours is what a run
 * may take without anything to show for it.
 */
export function stopDecision(facts: WatchFacts, limits: StopLimits): StopDecision {
  if (facts.stopRequested) return { code: "requested", reason: "stopped by hand" };
  const hours = facts.elapsedSeconds / 3600;
  const age = hours >= 0.1 ? `${hours.toFixed(1)} h` : `${Math.round(facts.elapsedSeconds)} s`;
  if (hours >= limits.timeLimitHours + limits.overtimeMinutes / 60)
    return {
      code: "time_limit",
      reason: `stopped after ${age}: the limit is ${limits.timeLimitHours} h and ${limits.overtimeMinutes} min`,
    };
  if (!facts.hasSummary && facts.keptExperiments === 0 && hours >= limits.noResultHours)
    return {
      code: "no_result",
      reason: `stopped after ${age}: neither a summary nor a kept experiment within ${limits.noResultHours} h`,
    };
  if (facts.summaryAgeSeconds !== null && facts.summaryAgeSeconds >= limits.afterResultMinutes * 60)
    return {
      code: "after_result",
      reason: `stopped: the agent went on for ${limits.afterResultMinutes} min after its summary`,
    };
  return null;
}
