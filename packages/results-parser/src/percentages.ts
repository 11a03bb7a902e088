import { clauseAround, isAboutMemory, isUpperBound, type Clause } from "./clauses.ts";
import { NUMBER, readNumber } from "./numbers.ts";
import type { Reading } from "./quantity.ts";
import type { Figures } from "./ratios.ts";

const PERCENTAGE = new RegExp(`(?<![\\w.,])([+-]?)(${NUMBER}) ?(?:%|percent\\b|pct\\b)`, "g");

const TIME =
  /\b(?:times?|runtimes?|run-time|latency|latencies|duration|wall(?:-?clock)?|elapsed|usage|cost)\b/;
const SPEED = /\b(?:speed|throughput|ops|qps|rps|fps|rate|bandwidth)\b/;
const DOWN =
  /\b(?:less|lower\w*|reduc\w*|decreas\w*|shorter|cuts?|cutting|sav(?:ed?|es|ings?)|drop\w*|down|off|trim\w*|shav\w*|fell|eliminat\w*|removed)\b/;
const UP = /\b(?:more|higher|increas\w*|grew|growth|up|rise|rose|added|extra)\b/;
const SLOW = /\b(?:slower|slow|slow-?down|regress\w*|worse|longer|degrad\w*|overhead)\b/;
const FAST = /\b(?:faster|quicker|speed-?ups?|speedier|improve\w*|better|gains?|boost)\b/;
/** Percentages that are no change at all. */
const OTHER =
  /^ ?(?:ci\b|confidence|coverage|percentile|sure|certain|of (?:tests|cases|calls|requests|the cases|samples))/;
const SHARE = /^ ?of (?:the |its )?(?:original|old|previous|former|prior|baseline|initial)/;

/** "50% faster", "50% less time", "+7.2%", "-7.9% regression" in a normalized text without ranges. */
export function findPercentages(text: string): Figures {
  const values: number[] = [];
  const reasons: string[] = [];
  for (const found of text.matchAll(PERCENTAGE)) {
    const percent = readNumber(found[2] ?? "");
    if (percent === null) continue;
    const clause = clauseAround(text, found.index, found.index + found[0].length);
    const reading = read(found[1] ?? "", percent / 100, clause);
    if ("value" in reading) values.push(reading.value);
    else reasons.push(reading.reason);
  }
  return { values, reasons };
}

function read(sign: string, share: number, clause: Clause): Reading {
  const words = `${clause.before} ${clause.after}`;
  if (isAboutMemory(clause)) return { reason: "it speaks of memory, not of time" };
  if (isUpperBound(clause)) return { reason: "it says only what the most is" };
  if (OTHER.test(clause.after)) return { reason: "the percentage is not a change of time" };
  if (SHARE.test(clause.after)) return { value: SPEED.test(clause.after) ? share : 1 / share };
  if (/^ ?of\b/.test(clause.after) && !DOWN.test(clause.before)) {
    return { reason: "a share of something is not a change of time" };
  }
  const fast = FAST.test(words);
  if (SLOW.test(words) && !fast) return { value: slowedBy(share) };
  if (fast)
    return sign === "-" ? { reason: "the sign and the words contradict each other" } : { value: 1 + share };
  if (SPEED.test(words)) return { value: sign === "-" || DOWN.test(words) ? 1 - share : 1 + share };
  if (DOWN.test(words)) return timeSaved(share);
  if (TIME.test(words)) {
    if (sign === "-") return timeSaved(share);
    if (sign === "+" || UP.test(words)) return { value: slowedBy(share) };
  }
  if (sign === "-") return { value: slowedBy(share) };
  // Nothing but a number: the smallest of its usual readings.
  return { value: sign === "" && share >= 1 && !UP.test(words) ? share : 1 + share };
}

/** That much more time, as results.tsv has it: from 2.29 ms to 2.47 ms is "-7.9%". It stays above 0 for any share. */
function slowedBy(share: number): number {
  return 1 / (1 + share);
}

function timeSaved(share: number): Reading {
  return share < 1 ? { value: 1 / (1 - share) } : { reason: "nothing saves all of the time or more" };
}
