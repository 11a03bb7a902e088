import type { RunOutcome } from "@universe-optimize/state-store";
import type { RunResults } from "@universe-optimize/results-parser";

/** A run's outcome with its reason, decided from evidence alone: never from an exit status. */
export interface Verdict {
  readonly outcome: Extract<RunOutcome, "completed" | "failed">;
  readonly reason: string | null;
}

/** What else is known of the run. The exit status and the last words only explain; they decide nothing. */
export interface VerdictFacts {
  /** The claims' commits are on the fork, or held back on this computer. */
  readonly hasBranch: boolean;
  /** Why the branch that came cannot be used; null: nothing is wrong with it. */
  readonly branchProblem: string | null;
  readonly refusedClaims: number;
  readonly exitCode: number | null;
  readonly exhausted: "out_of_memory" | "disk_full" | null;
  readonly lastWords: string | null;
  readonly stopReason: string | null;
}

/**
 * `completed` needs something to show: a readable summary that does not call itself failed, or kept experiments, and commits
 * for what is claimed.
 *
 * @param results with the claims that hold, and no others
 */
export function verdictOf(results: RunResults, facts: VerdictFacts): Verdict {
  const failed = (text: string): Verdict => ({
    outcome: "failed",
    reason: facts.stopReason === null ? text : `${text}; ${facts.stopReason}`,
  });
  const { summary, optimizations, completeness } = results;
  if (facts.branchProblem !== null) return failed(`the branch cannot be used: ${facts.branchProblem}`);
  if (summary?.status === "failed" && optimizations.length === 0)
    return failed(`the agent reports: ${summary.error ?? "failed, without a reason"}`);
  if (completeness === "none") return failed(["no results", ...explanations(results, facts)].join("; "));
  if (optimizations.length > 0 && !facts.hasBranch)
    return failed("optimizations are claimed, but there is no branch with their commits");
  if (optimizations.length === 0 && facts.refusedClaims > 0)
    return failed(`none of the ${facts.refusedClaims} claims can be counted; 'uo results' says why`);
  const notes = [
    ...(completeness === "partial" ? ["partial: no summary.json, only kept experiments"] : []),
    ...(facts.stopReason === null ? [] : [facts.stopReason]),
  ];
  return { outcome: "completed", reason: notes.length === 0 ? null : notes.join("; ") };
}

function explanations(
  { transcript }: RunResults,
  { exitCode, exhausted, lastWords }: VerdictFacts,
): string[] {
  const said = transcript?.lastResult?.isError === true ? transcript.lastResult.text : lastWords;
  return [
    ...(exhausted === null
      ? []
      : [`the machine ran out of ${exhausted === "disk_full" ? "disk" : "memory"}`]),
    ...(exitCode === null || exitCode === 0 ? [] : [`the agent ended with exit status ${exitCode}`]),
    ...(said === null ? [] : [`its last words: ${cut(said)}`]),
  ];
}

function cut(text: string): string {
  const line = text.replaceAll(/\s+/g, " ").trim();
  return line.length > 200 ? `${line.slice(0, 199)}…` : line;
}
