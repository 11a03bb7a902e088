import type { EmailContext, VariableUse } from "./types.ts";

/** Where a part of a template begins in its file, so that errors name the file's own lines and columns. */
export interface PartOrigin {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** The subject or the body of a template, compiled. `render` gives raw text: cleaned values, nothing trimmed. */
export interface TemplatePart {
  readonly uses: readonly VariableUse[];
  render(context: EmailContext): string;
}

/** A place within a part (both from 1) as a place in its file. */
export function placeInFile(
  origin: PartOrigin,
  line: number,
  column: number,
): { readonly line: number; readonly column: number } {
  return { line: origin.line + line - 1, column: line === 1 ? origin.column + column - 1 : column };
}

/** The place of a character offset within a part's source. */
export function placeOfOffset(
  origin: PartOrigin,
  source: string,
  offset: number,
): { readonly line: number; readonly column: number } {
  const before = source.slice(0, offset);
  const lastBreak = before.lastIndexOf("\n");
  return placeInFile(origin, before.split("\n").length, offset - lastBreak);
}
