/** A function, class or module of Python's, by its lines alone. */
export interface Block {
  readonly kind: "module" | "class" | "function";
  readonly name: string;
  /** Names that its own lines bind, without those of functions within. */
  readonly binds: ReadonlySet<string>;
  /** Names that it declares `global` or `nonlocal`. */
  readonly outside: ReadonlySet<string>;
  /** Names that it returns as they are. */
  readonly returns: ReadonlySet<string>;
}

const MAX_LINES = 50_000;
const head = /^(\s*)(?:async\s+)?(def|class)\s+(\w+)/;

/** The blocks that line `place` (from 1) lies in, innermost first, ended by the module. Told by indentation. */
export function ownersOf(text: string, place: number): Block[] {
  const lines = text.split("\n", MAX_LINES);
  const owners: Block[] = [];
  let depth = indentOf(lines[place - 1] ?? "");
  for (let i = place - 2; i >= 0 && depth > 0; i -= 1) {
    const line = lines[i] ?? "";
    if (line.trim() === "" || line.trim().startsWith("#") || indentOf(line) >= depth) continue;
    depth = indentOf(line);
    const match = head.exec(line);
    if (match === null) continue;
    owners.push(blockOf(match[2] === "class" ? "class" : "function", match[3] ?? "", bodyOf(lines, i), line));
  }
  return [...owners, blockOf("module", "", lines, "")];
}

function bodyOf(lines: readonly string[], start: number): string[] {
  const depth = indentOf(lines[start] ?? "");
  const end = lines.findIndex(
    (line, i) => i > start && line.trim() !== "" && indentOf(line) <= depth && !/^\s*[)\]}]/.test(line),
  );
  return lines.slice(start + 1, end < 0 ? undefined : end);
}

function blockOf(kind: Block["kind"], name: string, body: readonly string[], header: string): Block {
  const binds = new Set<string>();
  const outside = new Set<string>();
  const returns = new Set<string>();
  for (const parameter of header.replace(/^[^(]*\(/, "").matchAll(/(?:^|,)\s*\**(\w+)/g))
    binds.add(parameter[1] ?? "");
  const depth = Math.min(...body.filter((line) => line.trim() !== "").map(indentOf));
  let within = Infinity;
  for (const line of body) {
    if (line.trim() === "") continue;
    const indent = indentOf(line);
    if (indent <= within) within = Infinity;
    if (within < indent) continue;
    const inner = head.exec(line);
    if (inner !== null) {
      if (kind !== "module" || indent === depth) binds.add(inner[3] ?? "");
      within = indent;
      continue;
    }
    for (const [, names = ""] of line.matchAll(
      /(?:^\s*|\bfor\s+|\bas\s+)((?:\w+\s*,\s*)*\w+)\s*(?=(?::[^=]+)?=[^=]|\bin\b|:)/g,
    ))
      for (const bound of names.split(",")) binds.add(bound.trim());
    const declared = /^\s*(?:global|nonlocal)\s+(.+)$/.exec(line)?.[1];
    for (const other of declared?.split(",") ?? []) outside.add(other.trim());
    const returned = /^\s*return\s+(\w+)\s*$/.exec(line)?.[1];
    if (returned !== undefined) returns.add(returned);
  }
  return { kind, name, binds, outside, returns };
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}
