import type { BatchConfig } from "@universe-optimize/pipeline/config";
import { isFailure, latestOf, type ProjectPicture } from "./picture.ts";

/** What comes next for a project, budgets and room aside. */
export type NextRun =
  | { readonly kind: "first" }
  | { readonly kind: "running" }
  | { readonly kind: "again"; readonly at: number }
  | { readonly kind: "final" };

/**
 * Whether a project gets (another) run.
 *
 * @param retryFrom a person wants failures before this moment (ms) tried again, and not counted; null: nobody does
 */
export function nextRun(
  project: ProjectPicture,
  policy: BatchConfig["rerun"],
  retryFrom: number | null,
): NextRun {
  const latest = latestOf(project);
  if (latest === null) return { kind: "first" };
  if (latest.end === null) return { kind: "running" };
  const { end } = latest;
  if (end === "completed" || end === "stopped") return { kind: "final" };
  const finishedAt = latest.finishedAt ?? latest.createdAt;
  // What a person wants tried again are failures; others keep their count.
  const countFrom = isFailure(end) ? retryFrom : null;
  if (countFrom !== null && finishedAt < countFrom) return { kind: "again", at: countFrom };
  const counted = project.runs.filter(
    (run) => run.end === end && (run.finishedAt ?? run.createdAt) >= (countFrom ?? 0),
  );
  // A stuck run has its one more try with the stronger model, whatever the policy says.
  if (!latest.wantsStronger && counted.length > policy[end]) return { kind: "final" };
  return { kind: "again", at: finishedAt + policy.afterMinutes * 60_000 };
}
