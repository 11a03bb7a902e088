import type { ExperimentVerdict } from "./results.ts";

const VERDICTS: Readonly<Record<string, ExperimentVerdict>> = {
  baseline: "baseline",
  measurement: "measurement",
  keep: "kept",
  kept: "kept",
  discard: "discarded",
  discarded: "discarded",
  reverted: "discarded",
  revert: "discarded",
  "no-op": "discarded",
  noop: "discarded",
  blocked: "blocked",
  crash: "failed",
  crashed: "failed",
  "checks-failed": "failed",
  "hook-blocked": "failed",
  "metric-error": "failed",
};

/**
 * What a status word of results.tsv counts as.
 *
 * | word | verdict |
 * |---|---|
 * | baseline | baseline |
 * | measurement | measurement |
 * | keep, kept, keep (reworked) | kept |
 * | discard, discarded, revert, reverted, no-op, noop | discarded: tried, and not in the code |
 * | blocked | blocked: could not be tried |
 * | crash, crashed, checks_failed, hook-blocked, metric-error | failed: tried, and the try itself failed |
 * | any other, none | unknown: neither kept nor discarded |
 *
 * Case, `_` or `-` or blank, and a note in parentheses do not matter, unless the note takes the word back: `keep (reverted)` is discarded.
 */
export function verdictOf(status: string): ExperimentVerdict {
  const [, word = "", note = ""] = /^([^(]*)(.*)$/s.exec(status.toLowerCase()) ?? [];
  const key = word.trim().replace(/[\s_]+/g, "-");
  const verdict = Object.hasOwn(VERDICTS, key) ? (VERDICTS[key] ?? "unknown") : "unknown";
  return verdict === "kept" && /revert|discard|not kept|undone|rolled back/.test(note)
    ? "discarded"
    : verdict;
}
