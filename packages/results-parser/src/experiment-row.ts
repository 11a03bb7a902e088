import { cleanLine } from "./clean-text.ts";
import { columnName, type ColumnRole, type Header } from "./experiment-columns.ts";
import { readImprovement } from "./experiment-improvement.ts";
import { verdictOf } from "./experiment-status.ts";
import { commitId, MAX_CHARS } from "./fields.ts";
import type { IssueList } from "./issues.ts";
import { parseMeasurement } from "./measurement.ts";
import { saysNothing } from "./quantity.ts";
import type { Experiment } from "./results.ts";

/** One line of results.tsv under its header. */
export function readRow(
  cells: readonly string[],
  header: Header,
  line: number,
  issues: IssueList,
): Experiment {
  const cell = (role: ColumnRole): string => {
    const at = header.roles.get(role);
    return at === undefined ? "" : cleanLine(cells[at] ?? "", MAX_CHARS.text);
  };
  const text = (role: ColumnRole): string | null => (saysNothing(cell(role)) ? null : cell(role));
  const measured = (role: "before" | "after"): Experiment["before"] =>
    text(role) === null ? null : parseMeasurement(cell(role), header.units.get(role) ?? null);
  const status = cleanLine(cell("status"), 100);
  const before = measured("before");
  const after = measured("after");
  return {
    line,
    name: text("name"),
    status,
    verdict: verdictOf(status),
    target: text("target"),
    pattern: text("pattern"),
    before,
    after,
    improvement: readImprovement(
      {
        cell: cell("improvement"),
        column: header.columns[header.roles.get("improvement") ?? -1] ?? "",
        before,
        after,
      },
      (message) => issues.add(message, { line, field: "improvement" }),
    ),
    commit: readCommit(text("commit"), line, issues),
    timestamp: text("timestamp")?.slice(0, 40) ?? null,
    cells: cellsByName(cells, header),
  };
}

function readCommit(cell: string | null, line: number, issues: IssueList): string | null {
  if (cell === null) return null;
  const result = commitId.safeParse(cell);
  if (result.success) return result.data;
  issues.add(`"${cleanLine(cell, 60)}" is no commit id: it has 7 to 40 hexadecimal digits.`, {
    line,
    field: "commit",
  });
  return null;
}

/** Object.fromEntries defines properties; it never runs a setter of the prototype. */
function cellsByName(cells: readonly string[], header: Header): Readonly<Record<string, string>> {
  return Object.fromEntries(
    cells.map((cell, index) => [header.columns[index] ?? columnName(index), cleanLine(cell, MAX_CHARS.text)]),
  );
}
