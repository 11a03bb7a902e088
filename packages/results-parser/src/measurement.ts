import { NUMBER, readNumber } from "./numbers.ts";
import { normalize, rawOf, saysNothing, toQuantity } from "./quantity.ts";
import type { Measurement, MeasurementUnit } from "./results.ts";

interface Unit {
  readonly unit: MeasurementUnit;
  readonly factor: number;
}

const MIB = 2 ** 20;
const TIMES: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  ms: 1,
  s: 1e3,
  min: 6e4,
  h: 3.6e6,
};
/** Decimal prefixes are powers of 1000 (IEC 80000-13): 1 MB is 10^6 bytes. A bare `M` or `G` is read as the smaller, decimal one. */
const BYTES: Readonly<Record<string, number>> = {
  b: 1,
  k: 1e3,
  kb: 1e3,
  m: 1e6,
  mb: 1e6,
  g: 1e9,
  gb: 1e9,
  t: 1e12,
  tb: 1e12,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
  tib: 2 ** 40,
};
const ALIASES: Readonly<Record<string, string>> = {
  nsec: "ns",
  nanosecond: "ns",
  usec: "us",
  microsecond: "us",
  msec: "ms",
  millisecond: "ms",
  millis: "ms",
  sec: "s",
  second: "s",
  minute: "min",
  mins: "min",
  hr: "h",
  hour: "h",
  byte: "b",
  kilobyte: "kb",
  megabyte: "mb",
  gigabyte: "gb",
  terabyte: "tb",
  kibibyte: "kib",
  mebibyte: "mib",
  gibibyte: "gib",
  tebibyte: "tib",
};

const TIME_WORD =
  "(?:nsecs?|nanoseconds?|ns|usecs?|microseconds?|us|msecs?|milliseconds?|millis|ms|secs?|seconds?|s|minutes?|mins?|hours?|hrs?|h)";
const BYTES_WORD = "(?:[kmgt]i?b|[kmg]|bytes?|b|(?:kilo|mega|giga|tera|kibi|mebi|gibi|tebi)bytes?)";
const DONE =
  "(?:ops?|requests?|reqs?|queries|iterations?|its?|iter|items?|rows?|records?|tokens?|toks?|frames?|calls?|events?|msgs?|messages?|docs?|lines?|files?|samples?|images?)";
const PER_SECOND = "(?: ?/ ?| per )(?:s|secs?|seconds?)";
/** Things done in a unit of time: more is faster. */
const RATE_WORD = `(?:[kmg]? ?${DONE}?${PER_SECOND}|[kmg]?(?:qps|rps|tps|fps|hz)|[kmgt]i?b${PER_SECOND})`;
const RATE = new RegExp(
  `^(?:([kmgt]i?b)${PER_SECOND}|([kmg]?) ?(?:${DONE}?${PER_SECOND}|qps|rps|tps|fps|hz))$`,
);

/** A unit, for use inside a larger expression; the longest alternatives come first. */
export const UNIT: string = `(?:${RATE_WORD}|${TIME_WORD}|${BYTES_WORD})(?![a-z0-9])`;
/** An amount of memory. Not `MB/s`: that is a rate. */
export const MEMORY_UNIT: string = `${BYTES_WORD}(?![a-z0-9/])`;

/** The unit behind a word that `UNIT` matched, or null. */
export function readUnit(word: string): Unit | null {
  const text = word.trim().toLowerCase();
  if (text === "") return null;
  const named = ALIASES[text] ?? ALIASES[text.replace(/s$/, "")] ?? text;
  const time = Object.hasOwn(TIMES, named) ? TIMES[named] : undefined;
  if (time !== undefined) return { unit: "ms", factor: time };
  const bytes = Object.hasOwn(BYTES, named) ? BYTES[named] : undefined;
  if (bytes !== undefined) return { unit: "MiB", factor: bytes / MIB };
  const rate = RATE.exec(text);
  if (rate === null) return null;
  const factor = rate[1] === undefined ? { k: 1e3, m: 1e6, g: 1e9 }[rate[2] ?? ""] : BYTES[rate[1]];
  return { unit: "per_second", factor: factor ?? 1 };
}

const ERROR_BAR = new RegExp(`(?:±|\\+/-) ?${NUMBER} ?(?:x(?![0-9a-z])|%|${UNIT})?`, "g");

/** Takes "± 0.079 ms" out of a normalized text: an error is no figure of its own. */
export function withoutErrorBars(text: string): string {
  return text.replace(ERROR_BAR, "");
}

const LEADING_WORD = "(?:(?:mean|median|avg|average|min|max|best|total|p\\d{1,2})[ :=]{1,3})?";
const MEASURED = new RegExp(`^${LEADING_WORD}[~≈∼<>=≤≥ ]*(-?${NUMBER})\\s?(${UNIT})?`);

/**
 * Reads one measured value; what follows it (`±0.079ms`, a note in parentheses) is left in `raw`.
 *
 * | written | value | unit |
 * |---|---|---|
 * | `3.859ms±0.079ms`, `36.7 ms (median 27.9)` | 3.859, 36.7 | ms |
 * | `1.2 s`, `850 µs`, `2 min` | 1200, 0.85, 120000 | ms |
 * | `50 MB`, `1.2 GiB` | 47.68…, 1228.8 | MiB |
 * | `1,200 ops/s`, `30 fps` | 1200, 30 | per_second |
 * | `0.9979` | 0.9979 | absent |
 * | `n/a`, `-`, prose | null, with the reason | absent |
 *
 * @param unit read a bare number in this unit (a column called `before_ms`)
 */
export function parseMeasurement(text: unknown, unit: string | null = null): Measurement | null {
  if (text === undefined || text === null) return null;
  const raw = rawOf(text);
  if (saysNothing(raw)) return toQuantity(raw, { reason: "nothing is written here" });
  const found = MEASURED.exec(normalize(raw));
  const number = found === null ? null : readNumber((found[1] ?? "").replace("-", ""));
  if (found === null || number === null || !Number.isFinite(number)) {
    return toQuantity(raw, { reason: "it does not begin with a number" });
  }
  const known = readUnit(found[2] ?? unit ?? "");
  const value = (found[1]?.startsWith("-") === true ? -number : number) * (known?.factor ?? 1);
  if (!Number.isFinite(value)) {
    return toQuantity(raw, { reason: "the number is too large" });
  }
  return known === null ? toQuantity(raw, { value }) : { ...toQuantity(raw, { value }), unit: known.unit };
}
