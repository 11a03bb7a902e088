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
};

/** Every variable that a template may use, in the order of context.json. */
export const contextFields: readonly string[] = Object.keys(FIELDS);
