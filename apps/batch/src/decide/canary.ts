import { isFailure, type ProjectPicture } from "./picture.ts";

/** The project that tries a changed kit first. */
export interface Canary {
  readonly fingerprint: string;
  readonly state: "running" | "passed";
  readonly projectId: string | null;
  /** Number of its first run with this kit. */
  readonly runNumber: number;
}

export type CanaryVerdict =
  /** Nothing is new, or what is new has passed: all may start. */
  | { readonly kind: "passed"; readonly news: boolean }
  /** One project may start. */
  | { readonly kind: "needed" }
  | { readonly kind: "running"; readonly projectId: string }
  | { readonly kind: "failed"; readonly projectId: string; readonly reason: string | null };

/** What the canary of this kit says so far. */
export function judgeCanary(
  fingerprint: string,
  canary: Canary | null,
  projects: readonly ProjectPicture[],
  isFinal: (project: ProjectPicture) => boolean,
): CanaryVerdict {
  if (canary === null || canary.fingerprint !== fingerprint) return { kind: "needed" };
  if (canary.state === "passed") return { kind: "passed", news: false };
  const project = projects.find(({ id }) => id === canary.projectId);
  const run = project?.runs.findLast(({ number }) => number >= canary.runNumber);
  // It left the list, or it was never begun: the process died in between.
  if (project === undefined || run === undefined) return { kind: "needed" };
  if (run.end === "completed" || run.end === "empty") return { kind: "passed", news: true };
  if (!isFinal(project)) return { kind: "running", projectId: project.id };
  if (isFailure(run.end)) return { kind: "failed", projectId: project.id, reason: run.reason };
  // Skipped, or ended by a person: it says nothing.
  return { kind: "needed" };
}
