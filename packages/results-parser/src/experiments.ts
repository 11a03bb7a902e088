import { DEFAULT_COLUMNS, MAX_COLUMNS, readHeader, type Header } from "./experiment-columns.ts";
import { readRow } from "./experiment-row.ts";
import { verdictOf } from "./experiment-status.ts";
import { MAX_CHARS } from "./fields.ts";
import { IssueList } from "./issues.ts";
import { kindOf } from "./quantity.ts";
import type { Experiment, ExperimentTable, ExperimentVerdict, ResultsIssue } from "./results.ts";

export const EXPERIMENTS_FILE = "results.tsv";
/** What lies beyond is not read. */
export const MAX_EXPERIMENTS_BYTES: number = 8 * 2 ** 20;
const MAX_EXPERIMENTS = 10_000;

/**
 * Reads results.tsv: one row per line, columns by the names in its header (see `experiment-columns.ts` for the aliases).
 * Never throws. Ragged rows, CRLF, blank lines, a header that is repeated and a header that changes half-way are taken as they
 * come. Without a header the columns of codeflash-agent are assumed, with an issue, when the second cell is a status word;
 * otherwise `experiments` is null. Reads at most 8 MiB and 10,000 rows. `-`, `n/a` and empty cells are null.
 */
export function parseExperiments(text: string): {
  experiments: ExperimentTable | null;
  issues: readonly ResultsIssue[];
} {
  const issues = new IssueList(EXPERIMENTS_FILE);
  const experiments = read(text, issues);
  return { experiments, issues: issues.toArray() };
}

function read(input: string, issues: IssueList): ExperimentTable | null {
  if (typeof input !== "string") {
    issues.add(`Expected the text of the file, found ${kindOf(input)}.`);
    return null;
  }
  let header: Header | null = null;
  let columns: readonly string[] = [];
  const rows: Experiment[] = [];
  const unknown = new Set<string>();
  for (const { line, cells } of lines(input, issues)) {
    const found: Header | null = looksLikeHeader(cells) || header === null ? readHeader(cells) : null;
    if (found !== null) {
      header = found;
      if (columns.length === 0) columns = found.columns;
      continue;
    }
    if (header === null) {
      header = assumedHeader(cells, line, issues);
      if (header === null) return null;
      columns = header.columns;
    }
    if (rows.length === MAX_EXPERIMENTS) {
      issues.add(`The file has more than ${MAX_EXPERIMENTS} rows; the rest is left out.`, { line });
      break;
    }
    const row = readRow(cells, header, line, issues);
    if (row.verdict === "unknown" && !unknown.has(row.status)) {
      unknown.add(row.status);
      issues.add(`The status "${row.status}" is not known; such rows count as neither kept nor discarded.`, {
        line,
        field: "status",
      });
    }
    rows.push(row);
  }
  if (header === null) {
    issues.add("The file is empty; a header line was expected.");
    return null;
  }
  return { columns, rows, counts: countVerdicts(rows) };
}

function* lines(
  input: string,
  issues: IssueList,
): Generator<{ readonly line: number; readonly cells: readonly string[] }> {
  let text = input.replace(/^\ufeff/, "");
  if (Buffer.byteLength(text) > MAX_EXPERIMENTS_BYTES) {
    issues.add(`The file has more than ${MAX_EXPERIMENTS_BYTES} bytes; what follows is not read.`);
    const head = Buffer.from(text).toString("utf8", 0, MAX_EXPERIMENTS_BYTES);
    // The last line is cut in two.
    text = head.slice(0, head.lastIndexOf("\n") + 1);
  }
  let line = 0;
  for (let at = 0; at < text.length;) {
    const newline = text.indexOf("\n", at);
    const end = newline === -1 ? text.length : newline;
    const content = text.slice(at, end).replace(/\r+$/, "");
    line += 1;
    at = end + 1;
    if (content.trim() === "") continue;
    const cells = content.split("\t", MAX_COLUMNS + 1).map((cell) => cell.slice(0, MAX_CHARS.text * 4));
    if (cells.length > MAX_COLUMNS)
      issues.add(`The row has more than ${MAX_COLUMNS} cells; the rest is left out.`, { line });
    yield { line, cells: cells.slice(0, MAX_COLUMNS) };
  }
}

/** A data row may hold the word "commit" somewhere; a header has its column names in several cells. */
function looksLikeHeader(cells: readonly string[]): boolean {
  const names = cells.map((cell) => cell.trim().toLowerCase());
  return names.includes("status") && (readHeader(cells)?.roles.size ?? 0) >= 3;
}

function assumedHeader(cells: readonly string[], line: number, issues: IssueList): Header | null {
  if (cells.length > 2 && verdictOf(cells[1] ?? "") !== "unknown") {
    issues.add(`There is no header line; the columns are taken to be ${DEFAULT_COLUMNS.join(", ")}.`, {
      line,
    });
    return readHeader(DEFAULT_COLUMNS);
  }
  issues.add(
    "There is no header line with columns that are known, such as experiment, status and commit, separated by tabs; the file is not read.",
    { line },
  );
  return null;
}

function countVerdicts(rows: readonly Experiment[]): ExperimentTable["counts"] {
  const counts: Record<ExperimentVerdict, number> = {
    kept: 0,
    discarded: 0,
    baseline: 0,
    measurement: 0,
    blocked: 0,
    failed: 0,
    unknown: 0,
  };
  for (const row of rows) counts[row.verdict] += 1;
  return counts;
}
