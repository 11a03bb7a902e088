import type { DiffLine, FileDiff } from "../git/parse-diff.ts";
import { codeKind, isDocumentation, withoutComment, type CodeKind } from "./code-text.ts";
import type { Suspicion } from "./guard-hit.ts";
import { judgeChecks } from "./judge-checks.ts";
import { judgeCopies } from "./judge-copies.ts";
import { judgeNames } from "./judge-names.ts";
import { judgeNumbers } from "./judge-numbers.ts";
import { judgeState } from "./judge-state.ts";
import { judgeTables } from "./judge-tables.ts";
import { LINE_RULES, REMOVAL_RULES, type LineRule } from "./line-rules.ts";

/** What the lines of one changed file make suspicious, each code once with its first place. */
export function judgeLines(file: FileDiff): Suspicion[] {
  const kind = codeKind(file.path);
  if (kind === null) {
    return isDocumentation(file.path) || file.binary
      ? []
      : [
          {
            code: "touches_data",
            message: "The commit changes a file that is neither code nor documentation; it may hold results.",
            where: file.path,
          },
        ];
  }
  const added = codeLines(file.added, kind);
  const removed = codeLines(file.removed, kind);
  const hits = [
    ...LINE_RULES.map((rule) => moreOf(rule, added, removed, file)),
    ...REMOVAL_RULES.map((rule) => moreOf(rule, removed, added, file)),
    ...judgeChecks(file.path, added, removed, file.text),
    ...judgeState(file.path, added, removed, kind, file.text),
    ...judgeTables(file.path, added, removed),
    ...judgeNumbers(file.path, added, removed),
    ...judgeCopies(file.path, added, removed),
    ...judgeNames(file.path, added, removed),
  ].filter((hit) => hit !== null);
  return hits.filter((hit, i) => hits.findIndex(({ code }) => code === hit.code) === i);
}

function codeLines(lines: readonly DiffLine[], kind: CodeKind): DiffLine[] {
  return lines
    .map(({ number, text }) => ({ number, text: withoutComment(text, kind) }))
    .filter(({ text }) => text.trim() !== "");
}

/** Moved or reworded lines cancel out: only what there is more of counts. */
function moreOf(
  rule: LineRule,
  here: readonly DiffLine[],
  there: readonly DiffLine[],
  { path, text: whole }: FileDiff,
): Suspicion | null {
  const matches = here.filter(({ text }) => rule.pattern.test(text));
  const others = there.filter(({ text }) => rule.pattern.test(text));
  const [first] = matches;
  if (first === undefined || matches.length <= others.length) return null;
  if (rule.onlyNew === true) {
    const known = (whole ?? "").split("\n").filter((line) => rule.pattern.test(line)).length;
    if (others.length > 0 || known > matches.length) return null;
  }
  return { code: rule.code, message: rule.message, where: `${path}:${first.number}` };
}
