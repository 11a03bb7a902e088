/** The specification's fields of context.json, in its order, then what is known of the proof. */
export interface Context {
  readonly first_name: string;
  readonly full_name: string;
  readonly title: string;
  readonly company_name: string;
  readonly repo: string;
  readonly repo_name: string;
  readonly fork_url: string;
  readonly branch_url: string;
  readonly num_optimizations: number;
  readonly best_function: string;
  readonly best_speedup: string;
  readonly best_description: string;
  readonly second_best_function: string;
  readonly second_best_technique: string;
  readonly total_cpu_improvement_pct: number;
  readonly total_memory_saved_mb: number;
  readonly optimizations_summary: string;
  readonly calendly_link: string;
  /** How many claims our own measurement confirmed; 0 without a proof. */
  readonly verified_count: number;
  /** The report of the measurements; "" when there is none. */
  readonly proof_url: string;
  /** How it was measured, in one sentence; "" without a proof. */
  readonly proof_method: string;
  /** Measured with fewer repetitions than usual; `proof_method` says so too. */
  readonly proof_reduced: boolean;
}

/** Where the numbers come from: the agent's word, or our own measurement. */
export type NumbersBasis = "unproven" | "proven";

export interface GateRules {
  /** Default 3. */
  readonly minVerified: number;
  /** Default 1.5, a ratio. */
  readonly minSpeedup: number;
}

/** `reasons` is empty exactly when `pass`; each is a sentence with the numbers and the next act. */
export interface GateVerdict {
  readonly pass: boolean;
  readonly reasons: readonly string[];
}

export interface BuiltContext {
  readonly context: Context;
  readonly basis: NumbersBasis;
  readonly gate: GateVerdict;
}
