/** `error`: must not go out. `warning`: would read wrongly, or untrue. `note`: for information. */
export type LintSeverity = "error" | "warning" | "note";

/** What `lintTemplates` can find. */
export type LintCode =
  | "template" // cannot be compiled; the message is the compiler's
  | "unknown_variable"
  | "braces_as_text"
  | "unclosed_placeholder"
  | "foreign_placeholder"
  | "reply_on_first"
  | "no_opt_out"
  | "no_postal_address"
  | "long_subject"
  | "shouting_subject"
  | "wrong_word"
  | "handwritten_figure"
  | "plural"
  | "unfinished"
  | "not_https"
  | "unused_variables";

/** One finding, with its place. Lines and columns count from 1; null: the whole file. */
export interface LintFinding {
  readonly severity: LintSeverity;
  readonly code: LintCode;
  readonly file: string;
  readonly line: number | null;
  readonly column: number | null;
  /** What is wrong and what to do, in a sentence or two. */
  readonly message: string;
  /** What to write instead; null: no single word. */
  readonly better: string | null;
}

/** `email_1_proof.md:1:11: warning: …`, as compilers write it. */
export function findingText(finding: LintFinding): string {
  const place = [finding.file, finding.line, finding.column].filter((part) => part !== null).join(":");
  return `${place}: ${finding.severity}: ${finding.message}`;
}
