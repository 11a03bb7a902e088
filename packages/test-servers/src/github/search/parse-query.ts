/** A range of numbers or of times in milliseconds; both ends belong to it. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

export interface Term {
  readonly negated: boolean;
  /** Null: a word. */
  readonly qualifier: string | null;
  readonly value: string;
}

const token = /(-|NOT\s+)?(?:([a-z-]+):)?("[^"]*"|\S+)/g;

/** A search query in its words and qualifiers. */
export function parseQuery(text: string): Term[] {
  return [...text.matchAll(token)].map(([, not, qualifier, value = ""]) => ({
    negated: not !== undefined,
    qualifier: qualifier ?? null,
    value: value.replaceAll('"', ""),
  }));
}

/** `10`, `>10`, `>=10`, `<10`, `<=10`, `10..20`, `*..20` or `10..*`; null: none of these. */
export function numberRange(text: string): Range | null {
  return range(text, (part) => (/^-?\d+$/.test(part) ? { from: Number(part), to: Number(part) } : null), 1);
}

/** The same with days (`2026-01-31`, all of it) or ISO times. */
export function timeRange(text: string): Range | null {
  return range(text, momentOf, 1000);
}

function momentOf(part: string): Range | null {
  const from = Date.parse(part);
  if (Number.isNaN(from) || !/^\d{4}-\d{2}-\d{2}/.test(part)) return null;
  return { from, to: part.length === 10 ? from + 86_399_999 : from };
}

function range(text: string, read: (part: string) => Range | null, step: number): Range | null {
  const [low, high, ...more] = text.split("..");
  if (more.length > 0) return null;
  if (high !== undefined) {
    const from = low === "*" ? { from: Number.NEGATIVE_INFINITY } : read(low ?? "");
    const to = high === "*" ? { to: Number.POSITIVE_INFINITY } : read(high);
    return from && to ? { from: from.from, to: to.to } : null;
  }
  const [, sign = "", rest = ""] = /^(>=|<=|>|<)?(.*)$/.exec(text) ?? [];
  const value = read(rest);
  if (value === null) return null;
  if (sign === ">") return { from: value.to + step, to: Number.POSITIVE_INFINITY };
  if (sign === ">=") return { from: value.from, to: Number.POSITIVE_INFINITY };
  if (sign === "<") return { from: Number.NEGATIVE_INFINITY, to: value.from - step };
  if (sign === "<=") return { from: Number.NEGATIVE_INFINITY, to: value.to };
  return value;
}

export const within = (value: number, { from, to }: Range): boolean => value >= from && value <= to;
