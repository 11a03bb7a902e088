import type { Reading } from "./quantity.ts";

/** Phrases that say a ratio without a digit; the first that fits counts. */
const PHRASES: readonly (readonly [RegExp, number])[] = [
  [/\b(?:twice|double) (?:as (?:slow|long)|the (?:time|runtime|latency|duration))/, 1 / 2],
  [/\b(?:half (?:as fast|the (?:speed|throughput)))/, 1 / 2],
  [/\b(?:twice|double[ds]?|doubling)\b/, 2],
  [/\b(?:thrice|tripl(?:e[ds]?|ing))\b/, 3],
  [/\bquadrupl(?:e[ds]?|ing)\b/, 4],
  [
    /\b(?:half as long|half (?:of )?(?:the |its |that )?(?:original |old |previous )?(?:time|runtime|latency|duration)|halv(?:e[ds]?|ing)|in half)\b/,
    2,
  ],
  [/\b(?:a|one|1)[ -]third (?:of )?the (?:original |old |previous )?(?:time|runtime|latency|duration)\b/, 3],
  [
    /\b(?:a|one|1)[ -]quarter (?:of )?the (?:original |old |previous )?(?:time|runtime|latency|duration)\b/,
    4,
  ],
  [/\b(?:a|one|1)[ -]tenth (?:of )?the (?:original |old |previous )?(?:time|runtime|latency|duration)\b/, 10],
  [
    /\b(?:unchanged|neutral|(?:the )?same (?:speed|time)|no (?:\w+ )?(?:change|difference|improvement|gain|speed-?up)|within noise)\b/,
    1,
  ],
];

/** "twice as fast", "half the time", "unchanged"; a reason for everything that is not as exact. */
export function readSpeedWords(text: string): Reading {
  if (/\borders? of magnitude\b/.test(text)) {
    return {
      reason: "an order of magnitude is not a measurement: it may stand for 5 as well as for 20",
    };
  }
  if (/\b(?:memory|rss|heap|alloc\w*)\b/.test(text)) return { reason: "it speaks of memory, not of time" };
  for (const [phrase, value] of PHRASES) if (phrase.test(text)) return { value };
  return { reason: "it says no number" };
}
