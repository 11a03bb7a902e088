import { LiquidError, type Template } from "liquidjs";
import { countingOutputs, liquidEngine } from "./liquid-engine.ts";
import { emailLimits } from "./limits.ts";
import { placeholderPattern } from "./placeholder-syntax.ts";
import { UnprintableValue } from "./printable.ts";
import { TemplateError } from "./template-error.ts";
import { placeInFile, placeOfOffset, type PartOrigin, type TemplatePart } from "./template-part.ts";
import type { EmailContext, VariableUse } from "./types.ts";

/** Compiles a part in Liquid. Variables that the template itself assigns do not count as uses. */
export function compileLiquid(source: string, origin: PartOrigin): TemplatePart {
  const parsed = parse(source, origin);
  const globals = Object.values(liquidEngine().analyzeSync(parsed, { partials: false }).globals).flat();
  const uses = globals.map((variable): VariableUse => {
    const place = placeInFile(origin, variable.location.row, variable.location.col);
    return { name: String(variable.segments[0]), kind: "variable", ...place };
  });
  return {
    uses: [...uses, ...placeholdersInText(source, origin)].toSorted(
      (a, b) => a.line - b.line || a.column - b.column,
    ),
    render: (context) => run(parsed, context, origin),
  };
}

function parse(source: string, origin: PartOrigin): Template[] {
  try {
    return liquidEngine().parse(source, origin.file);
  } catch (error) {
    throw fromLiquid(error, origin, "syntax");
  }
}

function run(parsed: Template[], context: EmailContext, origin: PartOrigin): string {
  try {
    // To Liquid an undefined variable is an unknown one; here its name is known and its value missing.
    const scope = Object.fromEntries(Object.entries(context).map(([name, value]) => [name, value ?? null]));
    const text: unknown = countingOutputs(() => liquidEngine().renderSync(parsed, scope));
    return String(text);
  } catch (error) {
    throw fromLiquid(error, origin, "render_failed");
  }
}

// What Liquid reads, and what it does not print: blanked, so that offsets stay.
const liquidRegions =
  /\{%-?\s*(raw|comment)\s*-?%\}[\s\S]*?\{%-?\s*end\1\s*-?%\}|\{\{[\s\S]*?\}\}|\{%[\s\S]*?%\}/g;

function placeholdersInText(source: string, origin: PartOrigin): VariableUse[] {
  const text = source.replace(liquidRegions, (region) => region.replace(/[^\n]/g, " "));
  return [...text.matchAll(placeholderPattern)].map((match) => ({
    name: match[2] ?? "",
    kind: "text",
    ...placeOfOffset(origin, source, match.index + match[0].indexOf("{") + 1),
  }));
}

function fromLiquid(
  error: unknown,
  origin: PartOrigin,
  otherwise: "syntax" | "render_failed",
): TemplateError {
  const file = origin.file;
  if (!LiquidError.is(error)) {
    // V8 refuses a string of more than half a gigabyte.
    const code = error instanceof RangeError ? "limit" : otherwise;
    return new TemplateError(error instanceof Error ? `${error.message}.` : "cannot be rendered.", {
      code,
      file,
      cause: error,
    });
  }
  const [row = 1, column = 1] = error.token.getPosition();
  const place = placeInFile(origin, row, column);
  const inner = error.originalError;
  if (inner instanceof UnprintableValue) {
    const text = error.token.getText().slice(0, 80);
    return new TemplateError(`${text} ${inner.message}.`, {
      code: inner.code,
      file,
      ...place,
      cause: error,
    });
  }
  const reason = inner?.message ?? error.message.replace(/, (?:file:.*, )?line:\d+, col:\d+$/, "");
  if (error.name === "UndefinedVariableError") {
    const name = reason.replace(/^undefined variable: /, "");
    return new TemplateError(`unknown variable '${name}'. Name one that the context has.`, {
      code: "unknown_variable",
      file,
      ...place,
      cause: error,
    });
  }
  if (reason.endsWith(" limit exceeded")) {
    const allowed = `${emailLimits.renderMs} ms and ${emailLimits.allocations} allocations a render, ${emailLimits.templateChars} characters a template`;
    return new TemplateError(`${reason} (${allowed}). Make the template do less.`, {
      code: "limit",
      file,
      ...place,
      cause: error,
    });
  }
  return new TemplateError(`${reason}.${hint(reason)}`, {
    code: otherwise,
    file,
    ...place,
    cause: error,
  });
}

function hint(reason: string): string {
  if (/^tag "(?:render|include|layout|block)" not found/.test(reason))
    return " A template cannot read other files: write the text here.";
  if (reason.startsWith("undefined filter"))
    return " See https://liquidjs.com/filters/overview.html for the filters there are.";
  return "";
}
