import { cleanLine } from "./clean-text.ts";
import type { ResultsIssue } from "./results.ts";

/** A file that is wrong everywhere is not described line by line. */
const MAX_ISSUES_PER_FILE = 100;

/** Collects what was wrong with one file; from the 100th issue on it only counts. */
export class IssueList {
  readonly #file: string;
  readonly #issues: ResultsIssue[] = [];
  #more = 0;

  constructor(file: string) {
    this.#file = file;
  }

  add(message: string, where: { readonly line?: number; readonly field?: string } = {}): void {
    if (this.#issues.length >= MAX_ISSUES_PER_FILE - 1) {
      this.#more += 1;
      return;
    }
    this.#issues.push({
      file: this.#file,
      line: where.line ?? null,
      field: where.field === undefined ? null : cleanLine(where.field, 200),
      message: cleanLine(message, 500),
    });
  }

  toArray(): readonly ResultsIssue[] {
    if (this.#more === 0) return this.#issues;
    const message = `${this.#more} more issues of this file are left out.`;
    return [...this.#issues, { file: this.#file, line: null, field: null, message }];
  }
}
