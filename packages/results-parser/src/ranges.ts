import { UNIT } from "./measurement.ts";
import { NUMBER } from "./numbers.ts";
import type { Reading } from "./quantity.ts";

const SUFFIX = `(?:x(?![0-9a-z])|%|-?fold\\b| times\\b| percent\\b|${UNIT})`;
/** "2-3x", "2.5x-3x", "20% – 30%", "10-12 ms". */
const DASHED = `(?<![\\w.,])(${NUMBER}) ?(${SUFFIX})? ?(?:-|–|—|\\.{2,3}|…) ?(${NUMBER}) ?(${SUFFIX})`;
/** "2x to 3x", "between 20 and 30%"; not "10 ms to 2 ms", which is a before and an after. */
const SPOKEN = `(?<![\\w.,])(${NUMBER}) ?(x|%)? (?:to|and|or) (${NUMBER}) ?(x(?![0-9a-z])|%|-?fold\\b| times\\b| percent\\b)`;
const RANGES: readonly RegExp[] = [new RegExp(DASHED), new RegExp(SPOKEN)];

/** At most this many ranges are looked at; a text with more is not a figure. */
const MAX_RANGES = 3;

/**
 * Reads `text` once with the one end of every range and once with the other, and keeps the smallest value: what is
 * claimed for a range is claimed for all of it.
 */
export function readSmallest(text: string, read: (variant: string) => Reading): Reading {
  let least: Reading | null = null;
  for (const variant of variants(text, MAX_RANGES)) {
    const reading = read(variant);
    if (!("value" in reading)) return reading;
    if (least === null || !("value" in least) || reading.value < least.value) least = reading;
  }
  return least ?? { reason: "it says no number" };
}

function variants(text: string, depth: number): readonly string[] {
  for (const range of depth === 0 ? [] : RANGES) {
    const found = range.exec(text);
    if (found === null) continue;
    const [whole, low, lowSuffix, high, suffix] = found;
    // "2x and 30%" are two figures, not a range.
    if (lowSuffix !== undefined && lowSuffix.trim() !== suffix?.trim()) continue;
    const rest = text.slice(found.index + whole.length);
    return [low, high].flatMap((end) =>
      variants(`${text.slice(0, found.index)}${end}${suffix}${rest}`, depth - 1),
    );
  }
  return [text];
}
