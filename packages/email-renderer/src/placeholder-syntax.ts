import { printable, UnprintableValue } from "./printable.ts";
import { TemplateError } from "./template-error.ts";
import { placeOfOffset, type PartOrigin, type TemplatePart } from "./template-part.ts";
import type { EmailContext, VariableUse } from "./types.ts";

/**
 * `{name}`, or `\{name}` for the braces themselves. Capitals count as a name, so that `{First_Name}` is found as a mistake
 * and not mailed; every other brace is text.
 */
export const placeholderPattern: RegExp = /(\\?)\{([A-Za-z_][A-Za-z0-9_]*)\}/g;

/** Compiles `{name}` placeholders: a list of texts and names, no language. */
export function compilePlaceholders(source: string, origin: PartOrigin): TemplatePart {
  const pieces: (string | VariableUse)[] = [];
  let end = 0;
  for (const match of source.matchAll(placeholderPattern)) {
    const [whole, escape, name] = match;
    pieces.push(source.slice(end, match.index));
    pieces.push(
      escape
        ? whole.slice(1)
        : { name: name ?? "", kind: "variable", ...placeOfOffset(origin, source, match.index + 1) },
    );
    end = match.index + whole.length;
  }
  pieces.push(source.slice(end));
  return {
    uses: pieces.filter((piece) => typeof piece !== "string"),
    render: (context) =>
      pieces
        .map((piece) => (typeof piece === "string" ? piece : printUse(piece, context, origin.file)))
        .join(""),
  };
}

function printUse(use: VariableUse, context: EmailContext, file: string): string {
  try {
    return printable(context[use.name]);
  } catch (error) {
    if (!(error instanceof UnprintableValue)) throw error;
    throw new TemplateError(`'${use.name}' ${error.message}.`, {
      code: error.code,
      file,
      line: use.line,
      column: use.column,
    });
  }
}
