import type { DiffLine } from "../git/parse-diff.ts";
import type { Suspicion } from "./guard-hit.ts";

/** More literals than a handful of constants; fewer than any table of precomputed results that would help. */
const MOST_LITERALS = 24;
const MOST_CASES = 8;
const LONGEST_STRING = 300;

const literal =
  /(?<![\w.$])[-+]?(?:0x[\da-f]+|\d[\d_]*(?:\.\d+)?(?:e[-+]?\d+)?)n?(?![\w$])|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/gi;

/** Tables of literals, chains of special cases and long encoded texts: answers that were worked out beforehand. */
export function judgeTables(
  path: string,
  added: readonly DiffLine[],
  removed: readonly DiffLine[],
): Suspicion[] {
  const hit = (line: DiffLine | undefined): Suspicion[] => [
    {
      code: "literal_table",
      message: "The commit holds a table of values that may be answers worked out beforehand.",
      where: `${path}:${line?.number ?? 0}`,
    },
  ];
  const long = added.find(({ text }) =>
    (text.match(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`/g) ?? []).some((s) => s.length > LONGEST_STRING),
  );
  if (long !== undefined) return hit(long);
  const rows = tableRows(added);
  const before = tableRows(removed);
  if (rows.literals - before.literals >= MOST_LITERALS) return hit(rows.first);
  const special = /\bcase\b.*:|\bif\b[^=]*===?\s*[-\d"'(]|\bwhen\b.*->/;
  const cases = added.filter(({ text }) => special.test(text));
  const casesBefore = removed.filter(({ text }) => special.test(text));
  return cases.length - casesBefore.length >= MOST_CASES ? hit(cases[0]) : [];
}

/** Literals on lines that are made of little else. */
function tableRows(lines: readonly DiffLine[]): {
  readonly literals: number;
  readonly first: DiffLine | undefined;
} {
  let literals = 0;
  let first: DiffLine | undefined;
  for (const line of lines) {
    const found = line.text.match(literal) ?? [];
    const rest = line.text.replace(literal, "").replace(/[\s,:;()[\]{}=]/g, "");
    // A list of literals has few words around it; a call with some arguments has more words than literals.
    if (found.length === 0 || rest.length > 12 + 4 * found.length) continue;
    if (found.length < 4 && rest.length > 4) continue;
    literals += found.length;
    first ??= line;
  }
  return { literals, first };
}
