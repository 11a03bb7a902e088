import { clauseAround, isAboutMemory, isUpperBound, type Clause } from "./clauses.ts";
import { NUMBER, readNumber } from "./numbers.ts";

/** What was found of one kind of figure: the values, and why others were passed over. */
export interface Figures {
  readonly values: readonly number[];
  readonly reasons: readonly string[];
}

const COMPARED =
  "(?:faster|quicker|slower|speedier|better|as fast|as quick|as slow|as long|longer|less time|the speed|the throughput|speed|improvement|higher|lower)";
const RATIO = new RegExp(
  `(?<![\\w.,])([+-]?)(${NUMBER}) ?(?:x(?![0-9a-z])|-?fold\\b|times(?= ${COMPARED}\\b))`,
  "g",
);
const PREFIXED = new RegExp(`^[~≈+ ]*x ?(${NUMBER})(?: (?:faster|speed-?up))?$`);
/** codeflash writes a gain of 34 % as "34% (0.34x) speedup". */
const GAIN_AS_RATIO = new RegExp(`(${NUMBER}) ?% \\((${NUMBER})x\\)`);
const SLOWER = /\b(?:slower|slow|slow-?down|regress\w*|worse|longer|as long|degrad\w*|more time)\b/;
const FASTER =
  /\b(?:faster|quicker|speedier|fast|speed-?up|speed|improve\w*|better|gain|less|lower|shorter)\b/;

/** "2.3x faster", "2x slower", "3 times as fast", "2-fold" in a normalized text without ranges. */
export function findRatios(text: string): Figures {
  const values: number[] = [];
  const reasons: string[] = [];
  const prefixed = PREFIXED.exec(text)?.[1];
  if (prefixed !== undefined) return { values: [readNumber(prefixed) ?? Number.NaN], reasons };

  const gain = gainAsRatio(text);
  if (gain !== null) return { values: [gain], reasons };

  for (const found of text.matchAll(RATIO)) {
    const ratio = readNumber(found[2] ?? "");
    if (ratio === null) continue;
    const clause = clauseAround(text, found.index, found.index + found[0].length);
    if (isAboutMemory(clause)) reasons.push("it speaks of memory, not of time");
    else if (isUpperBound(clause)) reasons.push("it says only what the most is");
    else if (found[1] === "-") reasons.push("a ratio of two times is not negative");
    else values.push(isSlower(clause) ? 1 / ratio : ratio);
  }
  return { values, reasons };
}

/** The nearest word decides: first what follows the figure, then what stands before it. */
function isSlower(clause: Clause): boolean {
  for (const words of [clause.after, clause.before]) {
    const slow = words.search(SLOWER);
    const fast = words.search(FASTER);
    if (slow !== -1 || fast !== -1) return slow !== -1 && (fast === -1 || slow < fast);
  }
  return false;
}

/** Only where the ratio is below 1, since "130% (1.3x)" may well mean 1.3. */
function gainAsRatio(text: string): number | null {
  const found = GAIN_AS_RATIO.exec(text);
  const percent = readNumber(found?.[1] ?? "");
  const ratio = readNumber(found?.[2] ?? "");
  if (percent === null || ratio === null || ratio >= 1 || isSlower({ before: "", after: text })) return null;
  return Math.abs(percent / 100 - ratio) <= 0.0051 ? 1 + percent / 100 : null;
}
