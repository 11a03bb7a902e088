/** Variables of a template: plain JSON. */
export type EmailContext = Readonly<Record<string, unknown>>;

/** A rendered e-mail. */
export interface RenderedEmail {
  /** One line, never with a line break. */
  readonly subject: string;
  /** Markdown, with LF, ending in one LF. */
  readonly body: string;
}

/** Where a template names a variable. Lines and columns count from 1; the column is that of the name's first character. */
export interface VariableUse {
  readonly name: string;
  readonly line: number;
  readonly column: number;
  /** `text`: `{name}` in a Liquid template, which prints it as it stands. An error when a variable has that name. */
  readonly kind: "variable" | "text";
}

/** A compiled template, good for any number of contexts. */
export interface EmailTemplate {
  /** File name: `email_1_proof.md`. */
  readonly name: string;
  /** `placeholder`: `{first_name}`; `liquid`: `{{ first_name }}` and tags. Decided per template. */
  readonly syntax: "placeholder" | "liquid";
  /** Top-level variables that it uses. */
  readonly variables: readonly string[];
  /** Every place that names a variable, in the file's order, also inside branches that are not taken. */
  readonly uses: readonly VariableUse[];
  /** Throws `TemplateError` (`unknown_variable`, `syntax`, `render_failed`, `limit`). */
  render(context: EmailContext): RenderedEmail;
}

/**
 * What became of a generated file that a person may have edited:
 * - `written`: there was none, or it was untouched
 * - `unchanged`: the new text is what was generated before; the file is left as it is, edits included
 * - `merged`: edits and the new text were brought together
 * - `conflict`: they touch the same lines; the file is left as it is and the new text lies in `asidePath`
 * - `replaced`: overwritten on request; the old text lies in `backupPath`
 */
export type ProtectedWriteResult =
  | { readonly kind: "written" | "unchanged" | "merged" }
  | { readonly kind: "conflict"; readonly asidePath: string }
  | { readonly kind: "replaced"; readonly backupPath: string };
