/** Something that should have happened and did not. */
export interface Alarm {
  readonly kind: "sweep" | "progress" | "planner";
  readonly message: string;
}

export interface AlarmFacts {
  readonly now: number;
  /** When this process began. */
  readonly since: number;
  /** null: never. */
  readonly lastSweepAt: number | null;
  readonly sweepAlarmMs: number;
  readonly progressAlarmMs: number;
  /** Projects that have been due, or worked on, since then; the oldest. null: none. */
  readonly overdue: { readonly projectId: string; readonly since: number } | null;
  /** When the picture was last read and planned with. */
  readonly lastPlanAt: number;
}

/** What is overdue. Without a sweep there is a process's age to go by: it is given the time for its first one. */
export function alarmsOf(facts: AlarmFacts): readonly Alarm[] {
  const { now, since, lastSweepAt, overdue } = facts;
  const alarms: Alarm[] = [];
  const sweptAgo = now - Math.max(lastSweepAt ?? 0, lastSweepAt === null ? since : 0);
  if (sweptAgo > facts.sweepAlarmMs && now - since > Math.min(facts.sweepAlarmMs, 60_000))
    alarms.push({
      kind: "sweep",
      message: `the last sweep ended ${lastSweepAt === null ? "never" : `${minutes(sweptAgo)} ago`}: machines that nobody needs may cost money. Look into the log, or run 'universe-batch reap'.`,
    });
  if (overdue !== null && now - overdue.since > facts.progressAlarmMs)
    alarms.push({
      kind: "progress",
      message: `${overdue.projectId} has been due for ${minutes(now - overdue.since)} without progress: 'universe-batch timeline ${overdue.projectId}' tells what it was at.`,
    });
  if (now - facts.lastPlanAt > facts.progressAlarmMs)
    alarms.push({
      kind: "planner",
      message: `the campaign's database has not been read for ${minutes(now - facts.lastPlanAt)}: look into the log.`,
    });
  return alarms;
}

function minutes(ms: number): string {
  return ms < 120_000 ? `${Math.round(ms / 1000)} s` : `${Math.round(ms / 60_000)} min`;
}
