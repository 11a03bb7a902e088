import type { z } from "zod";
import { expectation } from "./expectations.ts";
import { nearest } from "./nearest.ts";
import { printable, spellOut } from "./printable.ts";
import type { Project } from "./project.ts";
import { knownKeys, projectSchema } from "./schema.ts";

/** A problem inside one entry, before anybody knows where the entry stands. */
interface EntryProblem {
  readonly path: readonly string[];
  /** The problem is this key of the object at `path`, not a value. */
  readonly key: string | null;
  readonly message: string;
  readonly expected: string;
  readonly nextAct: string;
}

export type CheckedEntry =
  | { readonly project: Project; readonly problems: null }
  | { readonly project: null; readonly problems: readonly EntryProblem[] };

/** Checks one entry of projects.json. */
export function checkEntry(entry: unknown): CheckedEntry {
  const parsed = projectSchema.safeParse(entry);
  if (parsed.success) return { project: parsed.data, problems: null };
  return {
    project: null,
    problems: withoutRepeats(parsed.error.issues.flatMap((issue) => toProblems(issue, entry))),
  };
}

function toProblems(issue: z.core.$ZodIssue, entry: unknown): EntryProblem[] {
  const path = issue.path.map(String);
  if (issue.code === "unrecognized_keys") return issue.keys.map((key) => unknownKey(path, key));
  const value = valueAt(entry, path);
  return [{ path, key: null, message: describe(issue, value), ...expectation(path.join("."), value) }];
}

function describe(issue: z.core.$ZodIssue, value: unknown): string {
  if (value === undefined) return "is missing";
  if (issue.code === "custom" || issue.code === "invalid_format")
    return `${printable(value)} ${issue.message}`;
  if (issue.code === "too_big" && typeof value === "string")
    return `has ${value.length} characters, at most ${issue.maximum} are taken`;
  if (issue.code === "too_small" && value === "") return "is empty";
  return `${printable(value)} does not fit`;
}

function unknownKey(path: readonly string[], key: string): EntryProblem {
  const known = path.length === 0 ? knownKeys.project : knownKeys.contact;
  const meant = nearest(key, known);
  return {
    path,
    key,
    message: "is no known key",
    expected: `one of ${known.join(", ")}`,
    nextAct: meant === null ? "Remove it." : `Did you mean "${meant}"? Rename or remove "${spellOut(key)}".`,
  };
}

/** A value that breaks two rules is one problem: the first rule says enough. */
function withoutRepeats(problems: readonly EntryProblem[]): EntryProblem[] {
  const seen = new Set<string>();
  return problems.filter(({ path, key }) => {
    const field = JSON.stringify([...path, key]);
    if (seen.has(field)) return false;
    seen.add(field);
    return true;
  });
}

function valueAt(entry: unknown, path: readonly string[]): unknown {
  let value = entry;
  for (const key of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<string, unknown>)[key];
  }
  return value;
}
