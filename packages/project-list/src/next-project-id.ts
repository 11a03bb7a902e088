import type { Project } from "./project.ts";

/**
 * `project-001`, `project-002` …: one more than the greatest that is taken. Gaps stay: results of a removed project may
 * still lie under its id.
 */
export function nextProjectId(list: { readonly projects: readonly Pick<Project, "id">[] }): string {
  const numbers = list.projects.map(({ id }) => Number(/^project-(\d{1,9})$/u.exec(id)?.[1] ?? 0));
  return `project-${String(numbers.reduce((a, b) => Math.max(a, b), 0) + 1).padStart(3, "0")}`;
}
