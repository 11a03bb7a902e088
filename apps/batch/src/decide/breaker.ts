import type { BatchConfig } from "@universe-optimize/pipeline/config";
import type { ProjectPicture, RunPicture } from "./picture.ts";

/** A class of failure that too many runs share. */
export interface Trip {
  readonly failureClass: string;
  readonly failures: number;
  /** Runs that were looked at. */
  readonly of: number;
  /** Reason of the latest of them. */
  readonly example: string | null;
}

/**
 * Whether one class of failure repeats: `failures` times among the latest `window` finished runs since `since` (ms). Skipped and stopped
 * runs do not count.
 */
export function trippedBy(
  projects: readonly ProjectPicture[],
  policy: BatchConfig["breaker"],
  since: number,
): Trip | null {
  const finished = projects
    .flatMap(({ runs }) => runs)
    .filter(
      ({ end, finishedAt }) =>
        end !== null && end !== "skipped" && end !== "stopped" && endedAt(finishedAt) >= since,
    )
    .toSorted((a, b) => endedAt(b.finishedAt) - endedAt(a.finishedAt))
    .slice(0, policy.window);
  const byClass = new Map<string, RunPicture[]>();
  for (const run of finished)
    if (run.failureClass !== null)
      byClass.set(run.failureClass, [...(byClass.get(run.failureClass) ?? []), run]);
  for (const [failureClass, runs] of byClass)
    if (runs.length >= policy.failures)
      return { failureClass, failures: runs.length, of: finished.length, example: runs[0]?.reason ?? null };
  return null;
}

function endedAt(finishedAt: number | null): number {
  return finishedAt ?? 0;
}
