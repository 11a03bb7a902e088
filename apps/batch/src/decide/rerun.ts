import type { BatchConfig } from "@universe-optimize/pipeline/config";
import { latestOf, type ProjectPicture } from "./picture.ts";

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
  if (retryFrom !== null && finishedAt < retryFrom && end !== "empty" && end !== "skipped")
    return { kind: "again", at: retryFrom };
  const counted = project.runs.filter(
    (run) => run.end === end && (retryFrom === null || (run.finishedAt ?? run.createdAt) >= retryFrom),
  );
  // A stuck run has its one more try with the stronger model, whatever the policy says.
  if (!latest.wantsStronger && counted.length > policy[end]) return { kind: "final" };
  return { kind: "again", at: finishedAt + policy.afterMinutes * 60_000 };
}
