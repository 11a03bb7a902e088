import { cleanValue } from "./clean-text.ts";
import { emailLimits } from "./limits.ts";

/** Why a value cannot be printed. Whoever knows the place turns it into a `TemplateError`. */
export class UnprintableValue extends Error {
  readonly code: "render_failed" | "limit";

  constructor(code: "render_failed" | "limit", message: string) {
    super(message);
    this.code = code;
  }
}

/**
 * The text of a value, as data: nothing in it is read as a template. An empty string is printed as such; a missing value, a
 * NaN or an object is a defect of the context that must not reach a reader.
 */
export function printable(value: unknown): string {
  if (typeof value === "string") {
    if (value.length > emailLimits.valueChars) {
      throw new UnprintableValue(
        "limit",
        `is ${value.length} characters long; at most ${emailLimits.valueChars} can be printed`,
      );
    }
    return cleanValue(value);
  }
  if (typeof value === "number" && Number.isFinite(value)) return String(value + 0);
  if (typeof value === "boolean") return String(value);
  const what =
    value === null || value === undefined
      ? "has no value"
      : `is ${typeof value === "number" ? value : Array.isArray(value) ? "a list" : "an object"}`;
  throw new UnprintableValue(
    "render_failed",
    `${what}; a text or a number is needed. Correct the context, or leave the variable out of the template`,
  );
}
