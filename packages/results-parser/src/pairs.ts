import { UNIT, readUnit } from "./measurement.ts";
import { NUMBER, readNumber } from "./numbers.ts";
import type { MeasurementUnit } from "./results.ts";

/** A before and an after in one unit. */
export interface Pair {
  readonly before: number;
  readonly after: number;
  readonly unit: MeasurementUnit;
}

const NOTE = "(?: ?\\([^()]{0,60}\\))?";
const PAIR = new RegExp(
  `(?<![\\w.,])(${NUMBER}) ?(${UNIT})?${NOTE} ?(?:→|(?:down |up )?to) ?[~≈]?(${NUMBER}) ?(${UNIT})`,
  "g",
);

/** "10 ms → 2 ms", "10ms to 2ms", "3.859ms±0.079ms → 2.1ms", "10 → 2 ms" in a normalized text. */
export function findPairs(text: string): readonly Pair[] {
  const pairs: Pair[] = [];
  for (const [, first = "", firstUnit, second = "", secondUnit = ""] of text.matchAll(PAIR)) {
    const unit = readUnit(firstUnit ?? secondUnit);
    const other = readUnit(secondUnit);
    const before = readNumber(first);
    const after = readNumber(second);
    if (unit === null || other === null || unit.unit !== other.unit || before === null || after === null)
      continue;
    pairs.push({ before: before * unit.factor, after: after * other.factor, unit: unit.unit });
  }
  return pairs;
}

/** Old time / new time of a pair: a rate counts the other way round; null for memory and for a zero. */
export function ratioOf(pair: Pair): number | null {
  if (pair.unit === "MiB" || pair.before <= 0 || pair.after <= 0) return null;
  return pair.unit === "ms" ? pair.before / pair.after : pair.after / pair.before;
}
