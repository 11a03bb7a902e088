import type { Position } from "@universe-optimize/pipeline";

/**
 * How a finished run ended, as far as it decides what comes next. `empty`: completed without a claim that counts. `timedOut`: failed at a
 * limit or stuck. `lost`: its machine was lost. `stopped`: a person ended it.
 */
export type EndClass = "completed" | "empty" | "failed" | "timedOut" | "lost" | "skipped" | "stopped";

/** One run, as decisions see it. Times are ms since 1970, money is in USD. */
export interface RunPicture {
  readonly id: string;
  readonly number: number;
  readonly step: Position;
  /** null: it goes on. */
  readonly end: EndClass | null;
  readonly reason: string | null;
  /** It has a machine, or will have one: it counts among `machines.concurrency`. */
  readonly holdsSlot: boolean;
  /** Its results are not collected yet, so that its agent's cost is not known. */
  readonly agentOpen: boolean;
  /** A step waits for a person. */
  readonly blocked: boolean;
  /** It got stuck, and the stronger model was not tried yet. */
  readonly wantsStronger: boolean;
  readonly dueAt: number;
  readonly createdAt: number;
  readonly finishedAt: number | null;
  readonly agentUsd: number;
  readonly machineUsd: number;
  readonly claims: number;
  readonly verified: number;
  /** What went wrong, as a class that several runs can share; null: nothing did, or it goes on. */
  readonly failureClass: string | null;
}

/** A project with all of its runs, oldest first. */
export interface ProjectPicture {
  readonly id: string;
  readonly runs: readonly RunPicture[];
}

export function latestOf(project: ProjectPicture): RunPicture | null {
  return project.runs.at(-1) ?? null;
}

/** Whether a run of it goes on. */
export function isActive(project: ProjectPicture): boolean {
  const latest = latestOf(project);
  return latest !== null && latest.end === null;
}

/** Whether this end counts as a failure, for waves and breaker. */
export function isFailure(end: EndClass | null): boolean {
  return end === "failed" || end === "timedOut" || end === "lost";
}
