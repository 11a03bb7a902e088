import type { Place } from "./json-tree.ts";
import type { ProjectListProblem } from "./project-list-error.ts";

/** What must differ between entries; null: it is not given, or no text. */
export interface Identity {
  readonly id: string | null;
  readonly repo: string | null;
  /** Where its values stand; null: the entry is not in the file yet. */
  readonly placeOf: ((field: "id" | "repo") => Place) | null;
  /** `[1]`, or empty for a new entry. */
  readonly label: string;
}

/** Problems of entries that have the id or the repository of an earlier one. */
export function findDuplicates(entries: readonly Identity[]): ProjectListProblem[] {
  return [...repeated(entries, "id", (id) => id), ...repeated(entries, "repo", (repo) => repo.toLowerCase())];
}

function repeated(
  entries: readonly Identity[],
  field: "id" | "repo",
  normalise: (value: string) => string,
): ProjectListProblem[] {
  const first = new Map<string, Identity>();
  const problems: ProjectListProblem[] = [];
  for (const entry of entries) {
    const value = entry[field];
    if (value === null) continue;
    const earlier = first.get(normalise(value));
    if (earlier === undefined) {
      first.set(normalise(value), entry);
      continue;
    }
    const place = entry.placeOf?.(field) ?? null;
    const taken = earlier.placeOf?.(field);
    problems.push({
      line: place?.line ?? null,
      column: place?.column ?? null,
      field: entry.label === "" ? field : `${entry.label}.${field}`,
      message: `"${value}" is taken by ${earlier.label} in line ${taken?.line}`,
      expected:
        field === "id" ? "an id of its own" : "each repository once: two runs would fight over one fork",
      nextAct: field === "id" ? "Change one of the two ids." : "Remove one of the two entries.",
    });
  }
  return problems;
}
