import { clauseAround, isUpperBound, type Clause } from "./clauses.ts";
import { MEMORY_UNIT, readUnit, withoutErrorBars } from "./measurement.ts";
import { NUMBER, readNumber } from "./numbers.ts";
import { findPairs } from "./pairs.ts";
import { kindOf, normalize, rawOf, saysNothing, toQuantity, type Reading } from "./quantity.ts";
import { readSmallest } from "./ranges.ts";
import type { MemorySaving } from "./results.ts";

/** More than this (1 PiB) is not believed. */
const MAX_MEMORY_MIB: number = 2 ** 30;

/**
 * Reads a claimed saving of memory: `value` is MiB saved, negative when memory grew. Never throws. null only for null and
 * undefined. 1 MB is 10^6 bytes, 1 MiB is 2^20 bytes; a bare `M` or `G` is the smaller, decimal one.
 *
 * | written | value | rule |
 * |---|---|---|
 * | `50` (number or text) | 50 | a bare number is in MiB |
 * | `50 MiB`, `-50 MiB`, `saves 50 MiB`, `50 MiB less` | 50 | unsigned, minus, words of saving |
 * | `+50 MiB`, `50 MiB more`, `grew by 50 MiB` | -50 | plus without a word of saving, words of growth |
 * | `+50 MiB saved` | 50 | the word wins over the plus |
 * | `50MB`, `1.5GB less`, `1.2 GiB` | 47.68…, 1430.5…, 1228.8 | |
 * | `200 MB -> 150 MB`, `from 1.2 GiB to 800 MiB` | 47.68…, 428.8 | before - after |
 * | `-50 MiB RSS, +3 MiB heap`, `50-60 MiB` | -3, 50 | of several figures and of a range: the smallest |
 * | `-40% (-50 MiB)` | 50 | |
 * | `no change`, `0` | 0 | |
 * | `40%`, `2x less`, `halved` | null | a share has no value in MiB |
 * | `-50` | null | a sign without a unit says neither change nor saving |
 * | `up to 50 MiB` | null | an upper bound is no value |
 * | ``, `-`, `n/a`, NaN, Infinity, negative number, above 1 PiB, list, object | null | with the reason |
 */
export function parseMemory(text: unknown): MemorySaving | null {
  if (text === undefined || text === null) return null;
  const raw = rawOf(text);
  return { ...toQuantity(raw, checked(readAny(text, raw))), unit: "MiB" };
}

function readAny(input: unknown, raw: string): Reading {
  if (typeof input === "number") {
    return input < 0 ? { reason: "a negative number says neither change nor saving" } : { value: input };
  }
  if (typeof input !== "string") return { reason: `expected a number or a text, found ${kindOf(input)}` };
  if (saysNothing(raw)) return { reason: "nothing is written here" };
  return readSmallest(withoutErrorBars(normalize(raw)), readText);
}

const AMOUNT = new RegExp(`(?<![\\w.,])([+-]?) ?(${NUMBER}) ?(${MEMORY_UNIT})`, "g");
const BARE = new RegExp(`^[~≈]? ?([+-]?)(${NUMBER})$`);
const SAVED =
  /\b(?:less|lower|sav(?:ed?|es|ings?)|reduc\w*|decreas\w*|fewer|smaller|down|cuts?|drop\w*|freed?|frees|shrunk|shrinks|shav\w*|removed)\b/;
const GREW = /\b(?:more|higher|grew|grow\w*|increas\w*|larger|bigger|regress\w*|worse|extra|added|up)\b/;

function readText(text: string): Reading {
  const pairs = findPairs(text).filter((pair) => pair.unit === "MiB");
  if (pairs.length > 0) return { value: Math.min(...pairs.map((pair) => pair.before - pair.after)) };

  const values: number[] = [];
  const reasons: string[] = [];
  for (const found of text.matchAll(AMOUNT)) {
    const number = readNumber(found[2] ?? "");
    const unit = readUnit(found[3] ?? "");
    if (number === null || unit === null) continue;
    const clause = clauseAround(text, found.index, found.index + found[0].length);
    const reading = readAmount(found[1] ?? "", number * unit.factor, clause);
    if ("value" in reading) values.push(reading.value);
    else reasons.push(reading.reason);
  }
  if (values.length > 0) return { value: Math.min(...values) };
  if (reasons[0] !== undefined) return { reason: reasons[0] };

  const bare = BARE.exec(text);
  if (bare !== null) {
    const value = readNumber(bare[2] ?? "");
    if (value === null) return { reason: "it is not one number" };
    return bare[1] === "" ? { value } : { reason: "a sign without a unit says neither change nor saving" };
  }
  if (/\d ?(?:%|percent|x(?![0-9a-z]))|\b(?:half|halv|twice|double|times)/.test(text)) {
    return { reason: "a share has no value in MiB: write the amount, or before and after" };
  }
  if (/\b(?:unchanged|neutral|no (?:\w+ )?(?:change|difference)|same)\b/.test(text)) return { value: 0 };
  return { reason: "it says no amount of memory" };
}

function readAmount(sign: string, mib: number, clause: Clause): Reading {
  const words = `${clause.before} ${clause.after}`;
  const saved = SAVED.test(words);
  const grew = GREW.test(words);
  if (isUpperBound(clause)) return { reason: "it says only what the most is" };
  if (saved !== grew) {
    return grew && sign === "-"
      ? { reason: "the sign and the words contradict each other" }
      : { value: saved ? mib : -mib };
  }
  return { value: sign === "+" ? -mib : mib };
}

function checked(reading: Reading): Reading {
  if (!("value" in reading)) return reading;
  const { value } = reading;
  if (Number.isNaN(value)) return { reason: "it is not a number" };
  if (Math.abs(value) > MAX_MEMORY_MIB) return { reason: "more than 1 PiB is not believed" };
  // Not -0.
  return { value: value === 0 ? 0 : value };
}
