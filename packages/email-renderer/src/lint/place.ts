/** A template's text with what the rules need: offsets become lines and columns of the file. */
export interface LintText {
  readonly file: string;
  readonly text: string;
  /** The first line without `Subject:`, and where it begins. */
  readonly subject: string;
  readonly subjectOffset: number;
}

export function lintText(file: string, text: string): LintText {
  const firstLine = text.split("\n", 1)[0] ?? "";
  const label = /^Subject:[ \t]*/i.exec(firstLine)?.[0] ?? "";
  return { file, text, subject: firstLine.slice(label.length), subjectOffset: label.length };
}

/** The place of an offset, both from 1. */
export function placeOf(text: string, offset: number): { readonly line: number; readonly column: number } {
  const before = text.slice(0, offset);
  return { line: before.split("\n").length, column: offset - before.lastIndexOf("\n") };
}
