/** A number as somebody wrote it, and what it says. */
export interface Quantity {
  /** As written. */
  readonly raw: string;
  /** In `unit`; null when the text does not say a number, with `reason`. */
  readonly value: number | null;
  readonly reason: string | null;
}

/** What a measured value is in: times in ms, amounts of memory in MiB, rates in 1/s. */
export type MeasurementUnit = "ms" | "MiB" | "per_second";

/** A measured value. Without a known `unit`, `value` is the bare number. */
export type Measurement = Quantity & { readonly unit?: MeasurementUnit };

/** `value` is old time / new time: "2.3x faster" is 2.3, "50% faster" is 1.5, "takes 50% less time" is 2, "-7.9% REGRESSION" is below 1. */
export type Speedup = Quantity & { readonly unit: "ratio" };

/** `value` is MiB saved: "-50 MiB" is 50; a growth is negative. A bare percentage has no value in MiB. */
export type MemorySaving = Quantity & { readonly unit: "MiB" };

/** One optimization as the agent claims it. Texts are cleaned of control characters and cut to sane lengths. */
export interface ClaimedOptimization {
  readonly commit: string | null;
  readonly function: string;
  readonly file: string;
  readonly description: string;
  readonly technique: string;
  readonly cpuSpeedup: Speedup | null;
  readonly memoryReduction: MemorySaving | null;
  /** The benchmark contract: a script beside the results and the command that runs it. */
  readonly benchmark: { readonly file: string; readonly command: string } | null;
  /** 0-based place in summary.json's list, where entries that could not be read still count; absent without a summary. */
  readonly index?: number;
}

export type SummaryStatus = "completed" | "plateaued" | "failed";

/** summary.json, typed. Numbers that were words are numbers here; unknown fields are kept out. */
export interface Summary {
  readonly repo: string | null;
  readonly language: string | null;
  readonly branch: string | null;
  readonly totalExperiments: number | null;
  readonly totalKeeps: number | null;
  readonly totalDiscards: number | null;
  readonly optimizations: readonly ClaimedOptimization[];
  readonly headline: {
    readonly bestSingleSpeedup: Speedup | null;
    readonly bestFunction: string | null;
    readonly totalCpuImprovementPct: number | null;
    readonly totalMemorySavedMb: number | null;
  };
  readonly prReadyCommits: number | null;
  readonly benchmarkCommand: string | null;
  readonly status: SummaryStatus | null;
  readonly error: string | null;
}

export type ExperimentVerdict =
  | "kept"
  | "discarded"
  | "baseline"
  | "measurement"
  | "blocked"
  | "failed"
  | "unknown";

/** One row of results.tsv, mapped by header name. */
export interface Experiment {
  /** 1-based line in the file. */
  readonly line: number;
  readonly name: string | null;
  /** Status as written, and what it counts as. */
  readonly status: string;
  readonly verdict: ExperimentVerdict;
  readonly target: string | null;
  readonly pattern: string | null;
  /** As measured: `value` in ms, MiB or 1/s, or a bare number; `unit` tells. */
  readonly before: Measurement | null;
  readonly after: Measurement | null;
  readonly improvement: Speedup | null;
  readonly commit: string | null;
  readonly timestamp: string | null;
  /** All cells by header name, as written. */
  readonly cells: Readonly<Record<string, string>>;
}

export interface ExperimentTable {
  readonly columns: readonly string[];
  readonly rows: readonly Experiment[];
  readonly counts: Readonly<Record<ExperimentVerdict, number>>;
}

/** What the agent's own log says of the session. Everything is null where the log does not tell. */
export interface Transcript {
  readonly format: "stream-json" | "text" | "empty";
  readonly sessionId: string | null;
  readonly model: string | null;
  readonly agentVersion: string | null;
  readonly turns: number | null;
  readonly durationMs: number | null;
  /** Cumulative over resumes: the last figure, never a sum. */
  readonly costUsd: number | null;
  readonly lastResult: {
    readonly isError: boolean;
    readonly subtype: string | null;
    readonly terminalReason: string | null;
    readonly text: string;
    /** HTTP status that the API refused with. */
    readonly apiStatus?: number | null;
    /** The agent's own word for it, such as `usage_limit_reached` or `connection_failed`. */
    readonly apiError?: string | null;
  } | null;
  readonly pluginErrors: readonly string[];
  readonly lines: number;
  readonly unreadableLines: number;
  /** Whose log it is, by its first events. */
  readonly agent?: "claude-code" | "codex" | "gemini" | null;
  /** The limit at which the session stood when the log ended; a later success lifts it. */
  readonly limit?: UsageLimit | null;
  /** How often the agent asked its API again. */
  readonly retries?: number;
  /** Result lines; more than one after a resume and after background tasks. */
  readonly resultLines?: number;
  /** No session began after the last result: the result is that of the log's last start. */
  readonly resultIsLast?: boolean;
  /** Background tasks that still ran when the log ended. */
  readonly backgroundTasks?: number;
  /** Of agents that count tokens and not dollars; the last figure, per session. `input` includes `cachedInput`. */
  readonly tokens?: { readonly input: number; readonly cachedInput: number; readonly output: number } | null;
}

/** A usage limit, rate limit or overload, as the agent reported it. */
export interface UsageLimit {
  /** `overloaded`: the API's trouble, over in minutes. Else the kind that the agent names, such as `five_hour`; null: it names none. */
  readonly kind: string | null;
  /** In the agent's words. */
  readonly text: string;
  /** Null where the words do not say. */
  readonly resetAt: Date | null;
}

/** Something that was wrong with a file, for a person. Parsing went on. */
export interface ResultsIssue {
  readonly file: string;
  readonly line: number | null;
  readonly field: string | null;
  readonly message: string;
}

/** Everything that a results folder holds. Any part may be missing. */
export interface RunResults {
  readonly summary: Summary | null;
  readonly experiments: ExperimentTable | null;
  /** Free Markdown: opaque, at most 256 KiB, control characters removed. */
  readonly handoff: string | null;
  readonly transcript: Transcript | null;
  readonly issues: readonly ResultsIssue[];
  /** `complete`: a readable summary. `partial`: none, but kept experiments. `none`: neither. */
  readonly completeness: "complete" | "partial" | "none";
  /** Optimizations from the summary or, without one, from kept rows of results.tsv. */
  readonly optimizations: readonly ClaimedOptimization[];
  /** From the rows where there are any, else from the agent's own tally; null: neither says. */
  readonly counts: {
    readonly experiments: number | null;
    readonly kept: number | null;
    readonly discarded: number | null;
  };
}
