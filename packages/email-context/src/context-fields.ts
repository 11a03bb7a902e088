import type { Context } from "./types.ts";

const FIELDS: Readonly<Record<keyof Context, true>> = {
  first_name: true,
  full_name: true,
  title: true,
  company_name: true,
  repo: true,
  repo_name: true,
  fork_url: true,
  branch_url: true,
  num_optimizations: true,
  best_function: true,
  best_speedup: true,
  best_description: true,
  second_best_function: true,
  second_best_technique: true,
  total_cpu_improvement_pct: true,
  total_memory_saved_mb: true,
  optimizations_summary: true,
  calendly_link: true,
  verified_count: true,
  proof_url: true,
  proof_method: true,
  proof_reduced: true,
};

/** Every variable that a template may use, in the order of context.json: the specification's, then those of the proof. */
export const contextFields: readonly (keyof Context)[] = Object.keys(FIELDS) as (keyof Context)[];
