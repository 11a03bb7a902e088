import type { Project } from "@universe-optimize/project-list";
import type {
  ClaimedOptimization,
  MemorySaving,
  RunResults,
  Speedup,
  Summary,
} from "@universe-optimize/results-parser";

export function speedup(value: number | null, raw = `${value}x faster`): Speedup {
  return { raw, value, unit: "ratio", reason: value === null ? "no number" : null };
}

export function memory(value: number | null, raw = `-${value} MiB`): MemorySaving {
  return { raw, value, unit: "MiB", reason: value === null ? "no number" : null };
}

export function claim(name: string, facts: Partial<ClaimedOptimization> = {}): ClaimedOptimization {
  return {
    commit: "0123abc",
    function: name,
    file: "src/file.py",
    description: `made ${name} quicker`,
    technique: `technique of ${name}`,
    cpuSpeedup: null,
    memoryReduction: null,
    benchmark: null,
    ...facts,
  };
}

export function summaryOf(facts: Partial<Summary> = {}): Summary {
  return {
    repo: null,
    language: null,
    branch: null,
    totalExperiments: null,
    totalKeeps: null,
    totalDiscards: null,
    optimizations: [],
    headline: {
      bestSingleSpeedup: null,
      bestFunction: null,
      totalCpuImprovementPct: null,
      totalMemorySavedMb: null,
    },
    prReadyCommits: null,
    benchmarkCommand: null,
    status: "completed",
    error: null,
    ...facts,
  };
}

export function resultsOf(
  optimizations: readonly ClaimedOptimization[],
  summary: Partial<Summary> | null = {},
): RunResults {
  return {
    summary: summary === null ? null : summaryOf({ optimizations, ...summary }),
    experiments: null,
    handoff: null,
    transcript: null,
    issues: [],
    completeness: summary === null ? "partial" : "complete",
    optimizations,
    counts: { experiments: null, kept: optimizations.length, discarded: null },
  };
}

export const project: Project = {
  id: "project-001",
  repo: "example/fast-parser",
  upstream: null,
  language: "python",
  stars: 5200,
  description: "A parser",
  company: "Example Ltd",
  domain: "data processing",
  target_contact: {
    name: "Dr. Ada Example",
    title: "CTO",
    email: "ada@example.com",
    linkedin: null,
    source: "manual",
  },
  why_selected: "performance matters",
  model: null,
};

/** Twelve claims: speed-ups, savings, a regression, one without numbers. */
export const twelve: readonly ClaimedOptimization[] = [
  claim("matchRequest()", { cpuSpeedup: speedup(1.8) }),
  claim("`parseClassFile(self, path)`", {
    cpuSpeedup: speedup(5.04),
    technique: "replaced linear scan with hash lookup",
  }),
  claim("verifyBytecode", { memoryReduction: memory(null, "40% memory reduction") }),
  claim("resolveMethod", {
    cpuSpeedup: speedup(3.29),
    technique: "eliminated redundant deepcopy in method resolution",
  }),
  claim("loadTable", { memoryReduction: memory(12) }),
  claim("slowed", { cpuSpeedup: speedup(0.92, "-7.9% REGRESSION") }),
  claim("tidied", { cpuSpeedup: speedup(null, "(keypoint-only)") }),
  claim("url_for", { cpuSpeedup: speedup(1.07) }),
  claim("parseClassFile", { cpuSpeedup: speedup(2) }),
  claim("sendFile", { cpuSpeedup: speedup(1.5) }),
  claim("a", {}),
  claim("b", {}),
];
