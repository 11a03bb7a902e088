import { IssueList } from "./issues.ts";
import type {
  ClaimedOptimization,
  Experiment,
  ExperimentTable,
  MemorySaving,
  ResultsIssue,
  RunResults,
  Summary,
} from "./results.ts";
import { parseMemory } from "./memory.ts";
import { SUMMARY_FILE } from "./summary.ts";

type Combined = Pick<RunResults, "completeness" | "optimizations" | "counts" | "issues">;

/** What summary.json and results.tsv say together. */
export function combine(summary: Summary | null, experiments: ExperimentTable | null): Combined {
  const issues = new IssueList(SUMMARY_FILE);
  const kept = (experiments?.rows ?? []).filter((row) => row.verdict === "kept");
  const fromRows = kept.filter((row) => row.commit !== null || row.target !== null).map(claimOfRow);
  const useRows = summary === null || summary.optimizations.length === 0;
  if (summary !== null && useRows && fromRows.length > 0) {
    issues.add(
      `The summary lists no optimization; the ${fromRows.length} kept rows of results.tsv are taken.`,
      { field: "optimizations" },
    );
  }
  const counts = countsOf(summary, experiments);
  return {
    completeness: summary !== null ? "complete" : kept.length > 0 ? "partial" : "none",
    optimizations: useRows ? fromRows : summary.optimizations,
    counts,
    issues: [...differences(summary, experiments, counts, issues)],
  };
}

function claimOfRow(row: Experiment): ClaimedOptimization {
  return {
    commit: row.commit,
    function: row.target?.slice(0, 200) ?? "",
    file: "",
    description: row.cells["description"] ?? row.name ?? "",
    technique: row.pattern ?? "",
    cpuSpeedup: row.improvement,
    memoryReduction: savingOfRow(row),
    benchmark: null,
  };
}

/** Before and after in units of memory are a saving. */
function savingOfRow({ before, after }: Experiment): MemorySaving | null {
  return before?.unit === "MiB" && after?.unit === "MiB"
    ? parseMemory(`${before.raw} -> ${after.raw}`)
    : null;
}

/** A baseline and a later measurement try nothing: every other row is an experiment. */
function countsOf(summary: Summary | null, experiments: ExperimentTable | null): RunResults["counts"] {
  if (experiments !== null && experiments.rows.length > 0) {
    const { baseline, measurement, kept, discarded } = experiments.counts;
    return { experiments: experiments.rows.length - baseline - measurement, kept, discarded };
  }
  return {
    experiments: summary?.totalExperiments ?? null,
    kept: summary?.totalKeeps ?? null,
    discarded: summary?.totalDiscards ?? null,
  };
}

function differences(
  summary: Summary | null,
  experiments: ExperimentTable | null,
  counts: RunResults["counts"],
  issues: IssueList,
): readonly ResultsIssue[] {
  const compare = (field: string, tally: number | null, counted: number | null, what: string): void => {
    if (tally === null || counted === null || tally === counted) return;
    issues.add(`The summary says ${tally} ${what}; results.tsv has ${counted}. The rows count.`, {
      field,
    });
  };
  if (summary !== null && experiments !== null && experiments.rows.length > 0) {
    compare("total_experiments", summary.totalExperiments, counts.experiments, "experiments");
    compare("total_keeps", summary.totalKeeps, counts.kept, "kept");
    compare("total_discards", summary.totalDiscards, counts.discarded, "discarded");
  }
  return issues.toArray();
}
