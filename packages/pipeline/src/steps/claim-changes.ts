import { type ClaimedOptimization, formatSpeedup, type RunResults } from "@universe-optimize/results-parser";
import type { OptimizationRow } from "@universe-optimize/state-store";
import { requireFork } from "../run/facts.ts";
import { checkClaims, type CheckedClaims } from "../state/check-claims.ts";
import type { StepContext, StepReport } from "./step.ts";

const MAX_COMMITS = 10_000;

/** Holds the results' claims against the branch as the fork has it. */
export async function checkAgainstFork(context: StepContext, results: RunResults): Promise<CheckedClaims> {
  const { services, run, facts, signal } = context;
  const fork = requireFork(facts, run.id);
  const commits = await services.forks.commits(fork, services.config.run.branch, MAX_COMMITS, signal);
  return checkClaims(
    results.optimizations,
    commits.map(({ sha }) => sha),
  );
}

/** What a project's row and its optimizations show: every claim, and which of them count. */
export function claimChanges(
  results: RunResults,
  { accepted, refused }: CheckedClaims,
): NonNullable<StepReport["changes"]> {
  const best = Math.max(0, ...accepted.map((claim) => claim.cpuSpeedup?.value ?? 0));
  const why = new Map(refused.map(({ position, reason }) => [position, reason]));
  return {
    project: {
      num_optimizations: accepted.length,
      best_speedup: best > 1 ? `${formatSpeedup(best)} faster` : null,
      summary_json: results.summary === null ? null : JSON.stringify(results.summary),
    },
    optimizations: results.optimizations.map((claim, position) =>
      optimizationRow(claim, position, why.get(position) ?? null),
    ),
  };
}

function optimizationRow(
  claim: ClaimedOptimization,
  position: number,
  refusal: string | null,
): Omit<OptimizationRow, "run_id"> {
  return {
    position,
    commit_sha: claim.commit,
    function_name: claim.function,
    file: claim.file,
    description: claim.description,
    technique: claim.technique,
    speedup_text: claim.cpuSpeedup?.raw ?? null,
    speedup: claim.cpuSpeedup?.value ?? null,
    memory_text: claim.memoryReduction?.raw ?? null,
    memory_mib: claim.memoryReduction?.value ?? null,
    label: refusal === null ? "unproven" : "unverifiable",
    reason: refusal,
    quoted: null,
    lower: null,
    upper: null,
    quoted_mib: null,
  };
}
