import { formatMemory } from "@universe-optimize/results-parser";
import { fasterText } from "./gain-text.ts";
import type { QuotableNumbers, QuotedOptimization } from "./numbers.ts";
import { fileNameOnly, nameOnly } from "./readable-name.ts";

/** What the sentence may say beyond the optimizations themselves. */
export interface ProvenSentenceFacts {
  /** How many commits the agent calls ready for a pull request; "merge-ready" needs all of them. */
  readonly prReadyCommits?: number | null;
}

interface Gain {
  readonly name: string;
  /** "5x faster", "50 MiB less memory" */
  readonly words: string;
  readonly isMemory: boolean;
}

const maxLength = 300;
const maxNamed = 3;

/**
 * What was proven, as somebody would say it:
 *
 * - 1: "That one commit makes parse 5x faster."
 * - 2: "The two commits make parse 5x faster and match 3.2x faster."
 * - 3: "The three commits make parse 5x faster and match 3.2x faster, and save 12 MiB of memory in load."
 * - 12: "The 12 commits include a 5x faster parseClassFile, a 3.2x faster resolveMethod, and 12 MiB less memory in loadTable."
 *
 * Every number is a measured one, rounded down. At most three are named, the greatest memory saving in the third place.
 * "commits" is said where each optimization is one of its own, "merge-ready" where the results call all of them that.
 */
export function provenSentence(numbers: QuotableNumbers, facts: ProvenSentenceFacts = {}): string {
  const { optimizations } = numbers;
  const count = optimizations.length;
  if (count === 0) return "No optimization was verified.";
  const gains = chosenGains(optimizations);
  const noun = nounOf(optimizations, facts);
  for (let named = gains.length; named > 0; named -= 1) {
    const told = gains.slice(0, named);
    const sentence =
      named === count
        ? allTold(told, noun)
        : `The ${inWords(count)} ${noun} include ${listed(told.map(included))}.`;
    if (sentence.length <= maxLength) return sentence;
  }
  return count === 1
    ? `The gain of that ${noun} was measured again.`
    : `The gains of all ${inWords(count)} ${noun} were measured again.`;
}

function allTold(gains: readonly Gain[], noun: string): string {
  const subject = gains.length === 1 ? `That one ${noun}` : `The ${inWords(gains.length)} ${noun}`;
  const [fast, saving] = [gains.filter((gain) => !gain.isMemory), gains.filter((gain) => gain.isMemory)];
  const [make, save] = gains.length === 1 ? ["makes", "saves"] : ["make", "save"];
  const made =
    fast.length === 0 ? [] : [`${make} ${listed(fast.map(({ name, words }) => `${name} ${words}`))}`];
  const saved =
    saving.length === 0
      ? []
      : [
          `${save} ${listed(saving.map(({ name, words }) => `${words.replace(/ less memory$/, "")} of memory in ${name}`))}`,
        ];
  return `${subject} ${[...made, ...saved].join(fast.length > 1 ? ", and " : " and ")}.`;
}

function inWords(count: number): string {
  return "zero one two three four five six seven eight nine ten".split(" ")[count] ?? String(count);
}

function included({ name, words, isMemory }: Gain): string {
  return isMemory ? `${words} in ${name}` : `${article(words)} ${words} ${name}`;
}

/** "an 8x", "an 11x", "an 18x", "an 85x", "an 8%", else "a". */
function article(words: string): "a" | "an" {
  return /^(?:8|11(?!\d)|18(?!\d))/.test(words) && !/^8\d\d\d/.test(words) ? "an" : "a";
}

function nounOf(optimizations: readonly QuotedOptimization[], facts: ProvenSentenceFacts): string {
  const count = optimizations.length;
  const commits = new Set(optimizations.map(({ optimization }) => optimization.commit));
  const areCommits = !commits.has(null) && commits.size === count;
  const isReady = areCommits && (facts.prReadyCommits ?? 0) >= count;
  return `${isReady ? "merge-ready " : ""}${areCommits ? "commit" : "optimization"}${count === 1 ? "" : "s"}`;
}

function chosenGains(optimizations: readonly QuotedOptimization[]): Gain[] {
  const fast = optimizations.flatMap(({ optimization, ratio }): Gain[] => {
    const [name, words] = [provenName(optimization), fasterText(ratio)];
    return name === "" || words === null ? [] : [{ name, words, isMemory: false }];
  });
  const saving = optimizations
    .filter(({ mib }) => mib !== null)
    .toSorted((a, b) => (b.mib ?? 0) - (a.mib ?? 0))
    .map(({ optimization, mib }): Gain => ({
      name: provenName(optimization),
      words: `${formatMemory(mib ?? 0)} less memory`,
      isMemory: true,
    }))
    .filter(({ name }) => name !== "");
  const once = firstOfEach(fast);
  // What is told as faster is not told again for its memory, while there is something else to tell.
  const others = saving.filter(({ name }) => !once.some((gain) => gain.name === name));
  const top = others.length === 0 ? once.slice(0, maxNamed) : once.slice(0, maxNamed - 1);
  return [...top, ...firstOfEach(others)].slice(0, maxNamed);
}

function firstOfEach(gains: readonly Gain[]): Gain[] {
  return gains.filter((gain, index) => gains.findIndex((other) => other.name === gain.name) === index);
}

/** The function's name, or the file's; "" when neither is one. */
export function provenName(optimization: QuotedOptimization["optimization"], max = 48): string {
  return nameOnly(optimization.function, max) || fileNameOnly(optimization.file, max);
}

function listed(items: readonly string[]): string {
  if (items.length < 3) return items.join(" and ");
  return `${items.slice(0, -1).join(", ")}, and ${items.at(-1)}`;
}
