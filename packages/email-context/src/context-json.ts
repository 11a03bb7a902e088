import type { BuiltContext, Context } from "./types.ts";

/** The specification's order. */
const order: readonly (keyof Context)[] = [
  "first_name",
  "full_name",
  "title",
  "company_name",
  "repo",
  "repo_name",
  "fork_url",
  "branch_url",
  "num_optimizations",
  "best_function",
  "best_speedup",
  "best_description",
  "second_best_function",
  "second_best_technique",
  "total_cpu_improvement_pct",
  "total_memory_saved_mb",
  "optimizations_summary",
  "calendly_link",
];

/** The text of context.json: the variables in the specification's order, two spaces of indent, LF at the end. Equal contexts give equal texts. */
export function contextJson(built: Pick<BuiltContext, "context">): string {
  const sorted = Object.fromEntries(order.map((name) => [name, built.context[name]]));
  return `${JSON.stringify(sorted, null, 2)}\n`;
}
