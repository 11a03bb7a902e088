/**
 * - `no_subject`: the first line is not `Subject: …`
 * - `syntax`: the template, draft or JSON file cannot be read as what it should be
 * - `unknown_variable`: it names a variable that the context has not
 * - `render_failed`: a value cannot be printed
 * - `limit`: something is longer, or takes longer, than `emailLimits` allows
 * - `invalid_address`, `invalid_header`: a recipient, sender, Message-ID or subject that no mail may have
 * - `not_as_intended`: the message that was made, read back, is not what was asked for
 * - `unreadable`, `unwritable`: the file system refused, or the path is not an ordinary file
 */
export type TemplateErrorCode =
  | "no_subject"
  | "syntax"
  | "unknown_variable"
  | "render_failed"
  | "limit"
  | "invalid_address"
  | "invalid_header"
  | "not_as_intended"
  | "unreadable"
  | "unwritable";

/** What `TemplateError` is made of. */
export interface TemplateErrorFacts {
  readonly code: TemplateErrorCode;
  readonly file: string;
  readonly line?: number | null;
  readonly column?: number | null;
  readonly nearest?: string | null;
  readonly cause?: unknown;
}

/**
 * The only error of this package. Its message begins with the place, as compilers write it:
 * `email_1_proof.md:3:4: unknown variable 'frist_name'. Did you mean 'first_name'? Known: …`.
 */
export class TemplateError extends Error {
  override readonly name = "TemplateError";
  readonly code: TemplateErrorCode;
  /** Every cause needs a person's hand. */
  readonly retryable = false;
  readonly file: string;
  /** From 1; null: the whole file. */
  readonly line: number | null;
  /** From 1, in UTF-16 units; null: the whole line. */
  readonly column: number | null;
  /** The known variable that was probably meant. */
  readonly nearest: string | null;

  constructor(detail: string, facts: TemplateErrorFacts) {
    const place = [facts.file, facts.line, facts.column]
      .filter((part) => part !== null && part !== undefined)
      .join(":");
    super(`${place}: ${detail}`, facts.cause === undefined ? undefined : { cause: facts.cause });
    this.code = facts.code;
    this.file = facts.file;
    this.line = facts.line ?? null;
    this.column = facts.column ?? null;
    this.nearest = facts.nearest ?? null;
  }
}
