/** What our own measurement says of a claim. */
export type ClaimLabel = "verified" | "not_reproduced" | "unverifiable";

/**
 * Why a claim has its label; one code decides, the others are in `guards`.
 *
 * verified:
 * - `proven`: everything held
 * - `proven_restated`: everything held, and the claim was above what was measured
 *
 * not_reproduced:
 * - `no_gain`: measured validly, and the lower bound is below the floor
 * - `correctness`: a test that passed before the commit fails after it
 * - `output_differs`: the results of the benchmark differ at the same seed and scale
 * - `ablation`: with the commit taken back at the branch's head the gain stays
 * - `evidence`: the commit is not on the branch, is empty, or does not touch the claimed file
 * - `not_scaling`: the gain goes with the size of the work (a cache, or work moved to the start)
 *
 * unverifiable:
 * - `no_workload`: neither a benchmark of the claim nor a command of the project
 * - `workload_failed`: the benchmark fails at the commit's parent, or weakly digests its results
 * - `build_failed`: one of the two sides cannot be built
 * - `unstable`: parent against parent differs, or the interval is too wide
 * - `guarded`: a guard hit and nobody has released it
 * - `out_of_time`: the claim's time was over
 * - `failed`: the prover itself failed; `explanation` says where
 */
export type ReasonCode =
  | "proven"
  | "proven_restated"
  | "no_gain"
  | "correctness"
  | "output_differs"
  | "ablation"
  | "evidence"
  | "not_scaling"
  | "no_workload"
  | "workload_failed"
  | "build_failed"
  | "unstable"
  | "guarded"
  | "out_of_time"
  | "failed";

/** A suspicion that keeps a claim unverifiable until a person releases it. */
export interface GuardHit {
  /** Stable code such as `touches_tests`; what a release names. */
  readonly code: string;
  /** One sentence, plain text. */
  readonly message: string;
  /** Where: `path:line`, or null for a guard at run time. */
  readonly where: string | null;
  /** Why a person released it; null: it stands. */
  readonly released: string | null;
}

/** Two times (or sizes) of one pair: the parent commit's and the commit's. Seconds, or MiB for memory. */
export type Pair = readonly [a: number, b: number];

/** One look at the samples so far. */
export interface Look {
  readonly n: number;
  readonly k: number;
  readonly estimate: number;
  readonly interval: readonly [lower: number, upper: number];
}

/** One series of interleaved pairs after a build of both sides. */
export interface Session {
  /** `control`: A against A; `gain`: A against B; `ablation`: head without the commit against head; `memory`: peak RSS; `product`: base against head. */
  readonly kind: "control" | "gain" | "ablation" | "memory" | "product";
  readonly seed: number;
  readonly scale: number;
  readonly looks: readonly Look[];
  readonly samples: readonly Pair[];
  /** Of each pair: its benchmark's seed, and its scale, which lies around `scale`. */
  readonly seeds?: readonly number[];
  readonly scales?: readonly number[];
}

/** What became of one claim. Ratios are old time / new time. */
export interface ProvenClaim {
  /** The claim's place in summary.json, from 0. */
  readonly index: number;
  readonly commit: string | null;
  readonly function: string;
  readonly file: string;
  /** The ratio that the agent reported; null: none. */
  readonly claimed: number | null;
  readonly label: ClaimLabel;
  readonly reason: ReasonCode;
  /** One sentence with the numbers, plain text. */
  readonly explanation: string;
  /** What a mail may say: the measured ratio, rounded down; null unless verified. */
  readonly quoted: number | null;
  /** Of the ratio; null where nothing was measured. */
  readonly interval: readonly [lower: number, upper: number] | null;
  /** The greatest |bound - 1| of parent against parent. */
  readonly noiseFloor: number | null;
  /** MiB saved that a mail may say, rounded down; null unless a memory claim is verified. */
  readonly quotedMiB: number | null;
  readonly intervalMiB: readonly [lower: number, upper: number] | null;
  readonly guards: readonly GuardHit[];
  readonly sessions: readonly Session[];
  /** What was run, with `{file}` resolved, by purpose: build, test, benchmark. */
  readonly commands: Readonly<Record<string, string>>;
  /** Wall time that the claim took. */
  readonly seconds: number;
}

/** The computer that measured. */
export interface MeasuringMachine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryMiB: number;
  readonly kernel: string;
  readonly tools: Readonly<Record<string, string>>;
  /** What kept repository code away from the rest, and what could not: one sentence each. */
  readonly isolation: readonly string[];
}

/** proof.json. */
export interface Proof {
  readonly schema: 1;
  /** The project's id, or the repository's name where there is no campaign. */
  readonly project: string;
  readonly repo: string;
  /** 40 hex digits: where the branch began, and the pushed commit that was measured. */
  readonly base: string;
  readonly head: string;
  readonly machine: MeasuringMachine;
  readonly prover: string;
  readonly startedAt: string;
  readonly finishedAt: string;
  /** How it was measured, in one sentence that a mail may quote. */
  readonly method: string;
  /** Fewer looks or shorter samples than the procedure asks for; said wherever numbers are shown. */
  readonly reduced: boolean;
  readonly claims: readonly ProvenClaim[];
  /** Everything together: base against head over the verified claims' benchmarks; null where it was not measured. */
  readonly product: {
    readonly quoted: number | null;
    readonly interval: readonly [number, number];
    readonly session: Session;
  } | null;
}
