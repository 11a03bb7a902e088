import { withoutErrorBars } from "./measurement.ts";
import { NUMBER, readNumber, wordToNumber, NUMBER_WORD } from "./numbers.ts";
import { findPairs, ratioOf } from "./pairs.ts";
import { findPercentages } from "./percentages.ts";
import { kindOf, normalize, rawOf, saysNothing, toQuantity, type Reading } from "./quantity.ts";
import { readSmallest } from "./ranges.ts";
import { findRatios } from "./ratios.ts";
import type { Speedup } from "./results.ts";
import { readSpeedWords } from "./speed-words.ts";

/** Ratios outside of these are no measurement of a program. */
const SPEEDUP_LIMITS: { readonly min: number; readonly max: number } = {
  min: 1e-6,
  max: 1e6,
};

export interface ParseSpeedupOptions {
  /** Whether "2.3" without `x` or `%` is a ratio; default true. A column called `delta` says no. */
  readonly bareNumbers?: boolean;
}

/**
 * Reads a claimed speed-up: `value` is old time / new time, above 1 is faster. Never throws. null only for null and undefined.
 *
 * Where a text can be read in two ways, the reading that claims less counts; of several figures of one kind the smallest.
 *
 * | written | value | rule |
 * |---|---|---|
 * | `2.3` (number or text), `2.3x faster`, `2.3×`, `≈2x`, `~2 x`, `x2`, `2.3 times faster`, `two-fold` | 2.3, 2 | a ratio |
 * | `2x slower`, `1.25x regression` | 0.5, 0.8 | 1 / ratio |
 * | `0.8x` | 0.8 | slower, whatever the words say |
 * | `50% faster`, `+7.2%`, `40% improvement`, `+50% throughput` | 1.5, 1.072, 1.4, 1.5 | 1 + p: a gain of speed |
 * | `50% less time`, `-50% runtime`, `cut latency by 50%`, `50% reduction` | 2 | 1 / (1 - p): time saved; from 100 % on no value |
 * | `-7.9% REGRESSION`, `-7.9%`, `7.9% slower`, `+7.9% latency` | 0.926… | 1 / (1 + p): that much more time |
 * | `40%` | 1.4 | nothing but a percentage below 100: a gain |
 * | `130%` | 1.3 | … from 100 on: a share of the old speed. `+130%` and `130% faster` are 2.3 |
 * | `34% (0.34x) speedup` | 1.34 | codeflash's own notation |
 * | `takes 25% of the original time` | 4 | 1 / p |
 * | `10 ms -> 2 ms`, `10ms to 2ms`, `3.9ms±0.1ms → 2.6ms`, `10 -> 2 ms` | 5, 5, 1.5, 5 | before / after |
 * | `400 ops/s -> 1,000 ops/s` | 2.5 | after / before |
 * | `2.5x-3x`, `2-3x`, `20-30% faster` | 2.5, 2, 1.2 | a range: its smaller end |
 * | `5x (10 ms -> 4 ms)` | 2.5 | ratio and pair: the smaller |
 * | `1,234.5x`, `1,234x`, `2,5x` | 1234.5, 1234, 2.5 | see `readNumber`: comma and three digits are thousands |
 * | `twice as fast`, `half the time`, `half as fast`, `unchanged` | 2, 2, 0.5, 1 | words |
 * | `up to 5x`, `< 2x` | null | an upper bound is no value |
 * | `an order of magnitude`, `much faster` | null | no number |
 * | `+7.2`, `3.8 ms`, `3x less memory`, `-2x` | null | no unit; one time; another thing; impossible |
 * | ``, `-`, `n/a`, NaN, Infinity, 0, negative, outside 10^-6 … 10^6, list, object | null | with the reason |
 */
export function parseSpeedup(text: unknown, options: ParseSpeedupOptions = {}): Speedup | null {
  if (text === undefined || text === null) return null;
  const raw = rawOf(text);
  return {
    ...toQuantity(raw, checked(readAny(text, raw, options.bareNumbers ?? true))),
    unit: "ratio",
  };
}

function readAny(input: unknown, raw: string, bareNumbers: boolean): Reading {
  if (typeof input === "number") {
    return bareNumbers ? { value: input } : { reason: "a number without a unit" };
  }
  if (typeof input !== "string") return { reason: `expected a number or a text, found ${kindOf(input)}` };
  if (saysNothing(raw)) return { reason: "nothing is written here" };
  return readSmallest(digitsForWords(withoutErrorBars(normalize(raw))), (text) =>
    readText(text, bareNumbers),
  );
}

function readText(text: string, bareNumbers: boolean): Reading {
  const ratios = findRatios(text);
  const pairs = findPairs(text)
    .map(ratioOf)
    .filter((ratio) => ratio !== null);
  const exact = [...ratios.values, ...pairs];
  if (exact.length > 0) return { value: Math.min(...exact) };

  const percentages = findPercentages(text);
  if (percentages.values.length > 0) return { value: Math.min(...percentages.values) };

  const bare = BARE.exec(text);
  if (bare !== null) return readBare(bare[1] ?? "", readNumber(bare[2] ?? ""), bareNumbers);

  const reason = ratios.reasons[0] ?? percentages.reasons[0];
  if (reason !== undefined) return { reason };
  const words = readSpeedWords(text);
  if (!("value" in words) && /\d ?(?:ns|us|ms|s|sec|seconds)\b/.test(text)) {
    return { reason: "one time alone says no ratio: write it before and after" };
  }
  return words;
}

const BARE = new RegExp(`^(?:speed-?up(?: of)?[ :=]*)?[~≈]? ?([+-]?)(${NUMBER})(?: (?:faster|speed-?up))?$`);

function readBare(sign: string, value: number | null, allowed: boolean): Reading {
  if (value === null) return { reason: "it is not one number" };
  if (sign !== "") return { reason: "a sign without x or % may mean a ratio, a percentage or a time" };
  return allowed ? { value } : { reason: "a number without a unit" };
}

function checked(reading: Reading): Reading {
  if (!("value" in reading)) return reading;
  const { value } = reading;
  if (Number.isNaN(value)) return { reason: "it is not a number" };
  if (value <= 0) return { reason: "a ratio of two times is above 0" };
  if (value < SPEEDUP_LIMITS.min || value > SPEEDUP_LIMITS.max) {
    return {
      reason: `a ratio outside of ${SPEEDUP_LIMITS.min} to ${SPEEDUP_LIMITS.max} is not believed`,
    };
  }
  return { value };
}

const WORDS = new RegExp(`\\b${NUMBER_WORD}(?=[ -](?:times|fold|x|percent|to|or)\\b|fold\\b)`, "g");

/** "two to three times" as "2 to 3 times". */
function digitsForWords(text: string): string {
  return text.replace(WORDS, (word) => String(wordToNumber(word) ?? word)).replace(/(\d)fold\b/g, "$1-fold");
}
