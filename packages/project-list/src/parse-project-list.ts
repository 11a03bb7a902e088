import type { JSONPath, Node } from "jsonc-parser";
import { checkEntry } from "./check-entry.ts";
import { findDuplicates, type Identity } from "./duplicates.ts";
import { type JsonText, parseJsonText } from "./json-tree.ts";
import { printable, spellOut } from "./printable.ts";
import type { Project, ProjectList } from "./project.ts";
import { ProjectListError, type ProjectListProblem } from "./project-list-error.ts";

/**
 * Reads the text of a projects.json. `file` is for messages. Comments and trailing commas are taken.
 *
 * @throws ProjectListError `not_json`, `invalid` or `duplicate`, with every problem that was found.
 */
export function parseProjectList(text: string, file: string): ProjectList {
  const { projects } = parseWithIdentities(text, file);
  return { file, projects };
}

/** The same, with what a further entry must not repeat. */
export function parseWithIdentities(
  text: string,
  file: string,
): { readonly projects: readonly Project[]; readonly identities: readonly Identity[] } {
  const json = parseJsonText(text, file);
  if (json.root.type !== "array") throw new ProjectListError("invalid", file, [noList(json)]);
  const nodes = json.root.children ?? [];
  const entries = json.value as readonly unknown[];
  const projects: Project[] = [];
  const invalid: ProjectListProblem[] = [];
  const identities: Identity[] = [];
  for (const [index, node] of nodes.entries()) {
    const entry = entries[index];
    const checked = checkEntry(entry);
    const repeats = repeatedKeys(json, node, [index]);
    if (checked.project !== null) projects.push(checked.project);
    for (const { path, key, message, expected, nextAct } of checked.problems ?? []) {
      const at = [index, ...path];
      const place = key === null ? json.placeOf(at) : json.placeOfKey(at, key);
      invalid.push({
        ...place,
        field: fieldName(key === null ? at : [...at, key]),
        message,
        expected,
        nextAct,
      });
    }
    invalid.push(...repeats);
    identities.push(identityOf(entry, index, json));
  }
  const duplicate = findDuplicates(identities);
  if (invalid.length + duplicate.length > 0) {
    throw new ProjectListError(
      invalid.length > 0 ? "invalid" : "duplicate",
      file,
      inOrder([...invalid, ...duplicate]),
    );
  }
  return { projects, identities };
}

function identityOf(entry: unknown, index: number, json: JsonText): Identity {
  const own = (key: string): string | null => {
    const value =
      typeof entry === "object" && entry !== null ? (entry as Record<string, unknown>)[key] : null;
    return typeof value === "string" ? value : null;
  };
  return {
    id: own("id"),
    repo: own("repo"),
    label: `[${index}]`,
    placeOf: (field) => json.placeOf([index, field]),
  };
}

/** JSON lets a key stand twice, and the last one wins without a word. */
function repeatedKeys(json: JsonText, node: Node, path: JSONPath): ProjectListProblem[] {
  const problems: ProjectListProblem[] = [];
  const seen = new Set<string>();
  for (const property of node.type === "object" ? (node.children ?? []) : []) {
    const [key, value] = property.children ?? [];
    if (key === undefined) continue;
    const name = key.value as string;
    if (seen.has(name)) {
      problems.push({
        ...json.placeAtOffset(key.offset),
        field: fieldName([...path, name]),
        message: "stands here for the second time",
        expected: "each key once",
        nextAct: "Remove one of the two.",
      });
    }
    seen.add(name);
    if (value !== undefined && path.length < 2) problems.push(...repeatedKeys(json, value, [...path, name]));
  }
  return problems;
}

function noList(json: JsonText): ProjectListProblem {
  return {
    ...json.placeOf([]),
    field: "",
    message: `the file holds ${printable(json.value)}`,
    expected: "a JSON list of projects",
    nextAct: "Put [ and ] around the projects.",
  };
}

function fieldName(path: JSONPath): string {
  return path
    .map((segment, index) =>
      typeof segment === "number" ? `[${segment}]` : `${index === 0 ? "" : "."}${spellOut(segment)}`,
    )
    .join("");
}

function inOrder(problems: ProjectListProblem[]): ProjectListProblem[] {
  return problems.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0));
}
