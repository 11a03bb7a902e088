import type { Context } from "./types.ts";

/** The fields of a context that say what was achieved. */
export type Figures = Pick<
  Context,
  | "num_optimizations"
  | "best_function"
  | "best_speedup"
  | "best_description"
  | "second_best_function"
  | "second_best_technique"
  | "total_cpu_improvement_pct"
  | "total_memory_saved_mb"
  | "optimizations_summary"
>;
