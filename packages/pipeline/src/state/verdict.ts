import type { RunOutcome } from "@universe-optimize/state-store";
import type { RunResults } from "@universe-optimize/results-parser";

/** A run's outcome with its reason, decided from evidence alone: never from an exit status. */
export interface Verdict {
  readonly outcome: Extract<RunOutcome, "completed" | "failed">;
  readonly reason: string | null;
}

/**
 * `completed` needs something to show: a readable summary that does not call itself failed, or kept experiments.
 * `branchPushed`: whether the fork has the branch; claims without commits anywhere are no result.
 */
export function verdictOf(results: RunResults, branchPushed: boolean, stopReason: string | null): Verdict {
  const note = (text: string): string => (stopReason === null ? text : `${text}; ${stopReason}`);
  if (results.summary?.status === "failed" && results.optimizations.length === 0)
    return {
      outcome: "failed",
      reason: note(`the agent reports: ${results.summary.error ?? "failed, without a reason"}`),
    };
  if (results.completeness === "none") {
    const said = results.transcript?.lastResult;
    return {
      outcome: "failed",
      reason: note(
        said?.isError === true ? `no results; the agent's last words: ${cut(said.text)}` : "no results",
      ),
    };
  }
  if (results.optimizations.length > 0 && !branchPushed)
    return {
      outcome: "failed",
      reason: note("optimizations are claimed, but there is no branch with their commits"),
    };
  if (results.completeness === "partial")
    return { outcome: "completed", reason: note("partial: no summary.json, only kept experiments") };
  return { outcome: "completed", reason: stopReason };
}

function cut(text: string): string {
  const line = text.replaceAll(/\s+/g, " ").trim();
  return line.length > 200 ? `${line.slice(0, 199)}…` : line;
}
