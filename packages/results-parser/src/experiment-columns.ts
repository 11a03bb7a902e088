import { cleanLine } from "./clean-text.ts";

/** What a column of results.tsv is, whatever it is called. */
export type ColumnRole =
  | "name"
  | "status"
  | "pattern"
  | "target"
  | "before"
  | "after"
  | "improvement"
  | "commit"
  | "timestamp";

/** A header line, understood. */
export interface Header {
  /** One distinct name per column. */
  readonly columns: readonly string[];
  readonly roles: ReadonlyMap<ColumnRole, number>;
  /** The unit in a name like `before_ms` or `after (MiB)`. */
  readonly units: ReadonlyMap<ColumnRole, string>;
}

export const MAX_COLUMNS = 64;

/** The header that codeflash-agent writes. */
export const DEFAULT_COLUMNS: readonly string[] = [
  "experiment",
  "status",
  "pattern",
  "target",
  "before",
  "after",
  "improvement",
  "timestamp",
  "commit",
];

/** The names of each role; where a header has several of one role, the one that stands first here is taken. */
const NAMES: Readonly<Record<ColumnRole, readonly string[]>> = {
  name: ["experiment", "name", "iteration", "id", "exp"],
  status: ["status", "verdict", "decision"],
  pattern: ["pattern", "technique"],
  target: ["target", "function", "description"],
  before: ["before", "baseline"],
  after: ["after"],
  improvement: ["improvement", "speedup", "delta", "change", "metric"],
  commit: ["commit", "sha", "hash"],
  timestamp: ["timestamp", "time", "date"],
};
const ROLES = Object.keys(NAMES) as readonly ColumnRole[];

/** Names that are no keys: assigning them to a plain object reaches its prototype. */
const RESERVED = new Set(["__proto__", "constructor", "prototype"]);

/** Reads a line as a header; null for a line that names fewer than two known columns. */
export function readHeader(cells: readonly string[]): Header | null {
  const names = cells.map((cell) =>
    cell
      .toLowerCase()
      .replace(/^[#\s]+/, "")
      .trim(),
  );
  const roles = new Map<ColumnRole, number>();
  const units = new Map<ColumnRole, string>();
  for (const role of ROLES) {
    for (const alias of NAMES[role]) {
      const at = names.findIndex((name) => baseName(name).name === alias);
      if (at === -1 || roles.has(role)) continue;
      roles.set(role, at);
      const { unit } = baseName(names[at] ?? "");
      if (unit !== null) units.set(role, unit);
    }
  }
  return roles.size < 2 ? null : { columns: distinctNames(cells), roles, units };
}

/** The name of column `index` for cells beyond the header. */
export function columnName(index: number): string {
  return `column ${index + 1}`;
}

/** "before_ms", "before (ms)" and "before [ms]" as "before" and "ms". */
function baseName(name: string): { readonly name: string; readonly unit: string | null } {
  const found = /^(before|after|baseline)[ _]?[([]?(ns|us|µs|ms|s|sec|seconds|[kmg]i?b)[)\]]?$/.exec(name);
  return found === null
    ? { name, unit: null }
    : { name: found[1] ?? name, unit: (found[2] ?? "").replace("µ", "u") };
}

function distinctNames(cells: readonly string[]): readonly string[] {
  const taken = new Set<string>();
  return cells.map((cell, index) => {
    const written = cleanLine(cell, 100);
    const free = written !== "" && !RESERVED.has(written) && !taken.has(written);
    const name = free ? written : columnName(index);
    taken.add(name);
    return name;
  });
}
