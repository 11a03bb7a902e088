import { cleanLine } from "./clean-text.ts";
import type { Quantity } from "./results.ts";

/** The longest `raw` of a quantity, in characters. */
export const MAX_RAW_CHARS = 200;

/** What a parser makes of a text: the number, or why there is none. */
export type Reading = { readonly value: number } | { readonly reason: string };

export function rawOf(input: unknown): string {
  if (typeof input === "string") return cleanLine(input, MAX_RAW_CHARS);
  if (typeof input === "number" || typeof input === "boolean" || typeof input === "bigint") {
    return cleanLine(String(input), MAX_RAW_CHARS);
  }
  return "";
}

export function toQuantity(raw: string, reading: Reading): Quantity {
  return "value" in reading
    ? { raw, value: reading.value, reason: null }
    : { raw, value: null, reason: reading.reason };
}

const NOTHING =
  /^(?:[-–—_.]+|n\/?a|n\.a\.|none|null|nil|nan|undefined|unknown|tbd|\?+|not (?:available|applicable|measured))?$/i;

/** True for the ways in which a cell says that there is nothing: empty, `-`, `n/a`, `none` and the like. */
export function saysNothing(raw: string): boolean {
  return NOTHING.test(raw.trim());
}

/** One spelling for what is written in several: signs, arrows, quotes, blanks, letter case. */
export function normalize(raw: string): string {
  return raw
    .toLowerCase()
    .replace(/[\u2212\u2010-\u2012\ufe63\uff0d]/g, "-")
    .replace(/\s*(?:-+>|=+>|[\u2190-\u21ff\u27f0-\u27ff\u2794\u2799-\u27be])\s*/g, " → ")
    .replace(/[µμ]/g, "u")
    .replace(/[’‘]/g, "'")
    .replace(/\u00d7|✕|✖/g, "x")
    .replace(/\s+/g, " ")
    .trim();
}

/** What kind of thing was found where a number or a text was expected. */
export function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "an object";
  if (typeof value === "boolean") return "true or false";
  return `a ${typeof value}`;
}
