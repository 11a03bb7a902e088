/**
 * - `not_found`: there is no such file
 * - `not_json`: the text cannot be parsed
 * - `invalid`: a value is not what was expected
 * - `duplicate`: two entries have the same id or repository
 * - `read_only`: the file cannot be read or written
 */
export type ProjectListErrorCode = "not_found" | "not_json" | "invalid" | "duplicate" | "read_only";

/** One thing to correct. */
export interface ProjectListProblem {
  /** Where in the file, from 1; null: not in the file (a new entry, or the file itself). */
  readonly line: number | null;
  readonly column: number | null;
  /** `[1].target_contact.email`; empty: the file as a whole. */
  readonly field: string;
  /** What is wrong. */
  readonly message: string;
  /** What would be right. */
  readonly expected: string;
  /** What to do. */
  readonly nextAct: string;
}

/** The only error of this package. Its message lists every problem, one a line. */
export class ProjectListError extends Error {
  override readonly name = "ProjectListError";
  readonly code: ProjectListErrorCode;
  /** The file has to be corrected first. */
  readonly retryable = false;
  readonly file: string;
  readonly problems: readonly ProjectListProblem[];

  constructor(
    code: ProjectListErrorCode,
    file: string,
    problems: readonly ProjectListProblem[],
    options: ErrorOptions = {},
  ) {
    super(problems.map((problem) => describe(file, problem)).join("\n"), options);
    this.code = code;
    this.file = file;
    this.problems = problems;
  }
}

function describe(
  file: string,
  { line, column, field, message, expected, nextAct }: ProjectListProblem,
): string {
  const place = line === null ? file : `${file}:${line}:${column ?? 1}`;
  return `${place}${field === "" ? "" : ` ${field}`}: ${message}; expected ${expected}. ${nextAct}`;
}
