/** `not_found`: no such file. `not_json`: it cannot be parsed. `invalid`: a value is not what was expected. */
export type ConfigErrorCode = "not_found" | "not_json" | "invalid";

/** One thing to correct; `line` and `column` count from 1. */
export interface ConfigProblem {
  readonly line: number;
  readonly column: number;
  /** Dotted path; empty for the file as a whole. */
  readonly field: string;
  readonly message: string;
}

/** Thrown by `readConfig`; never retryable. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly code: ConfigErrorCode;
  readonly retryable = false;
  readonly file: string;
  readonly problems: readonly ConfigProblem[];

  constructor(
    code: ConfigErrorCode,
    file: string,
    problems: readonly ConfigProblem[],
    options: ErrorOptions = {},
  ) {
    super(
      code === "not_found"
        ? `${file} does not exist, so this is no campaign folder. Make one with 'uo init DIR', or name one with --campaign DIR.`
        : problems
            .map(
              (problem) => `${file}:${problem.line}:${problem.column} ${problem.field}: ${problem.message}`,
            )
            .join("\n"),
      options,
    );
    this.code = code;
    this.file = file;
    this.problems = problems;
  }
}
