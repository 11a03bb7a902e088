import type { ClaimedOptimization } from "@universe-optimize/results-parser";
import { fasterText, memoryGain } from "./gain-text.ts";
import { readableName } from "./readable-name.ts";

/** What the sentence may say beyond the optimizations themselves. */
export interface SummaryFacts {
  /** How many commits the agent calls ready for a pull request; the word "merge-ready" needs all of them. */
  readonly prReadyCommits?: number | null;
}

const maxLength = 300;
const maxNamed = 3;

/**
 * What was done, in one sentence: "12 merge-ready commits including 5x faster parseClassFile, 3x faster resolveMethod, and 40%
 * memory reduction in verifyBytecode." It names at most three: the greatest speed-ups, and the greatest memory saving in
 * the third place. It ends with a full stop, since in a mail it stands as a sentence before an empty line. It says "merge-ready"
 * and "commits" only where the results do, no number that they do not have, and is at most 300 characters long.
 */
export function summarySentence(
  optimizations: readonly ClaimedOptimization[],
  facts: SummaryFacts = {},
): string {
  const count = optimizations.length;
  if (count === 0) return "No optimization was kept.";
  const what = countedNoun(optimizations, facts);
  const gains = bestGains(optimizations);
  for (let named = gains.length; named > 0; named -= 1) {
    const joint = named === count ? ":" : " including";
    const sentence = `${what}${joint} ${listed(gains.slice(0, named))}.`;
    if (sentence.length <= maxLength) return sentence;
  }
  const names = [...new Set(optimizations.map(nameOf).filter((name) => name !== ""))].slice(0, maxNamed);
  if (names.length === 0) return `${what}.`;
  const verb = count === 1 ? "improves" : "improve";
  return `${what} that ${verb} ${listed(names.length < count ? [...names, "more"] : names)}.`;
}

function countedNoun(optimizations: readonly ClaimedOptimization[], facts: SummaryFacts): string {
  const count = optimizations.length;
  const areCommits = optimizations.every((optimization) => optimization.commit !== null);
  const areReady = areCommits && (facts.prReadyCommits ?? 0) >= count;
  return `${count} ${areReady ? "merge-ready " : ""}${areCommits ? "commit" : "optimization"}${count === 1 ? "" : "s"}`;
}

function nameOf(optimization: ClaimedOptimization): string {
  return readableName(optimization.function) || readableName(optimization.file.split("/").at(-1) ?? "");
}

function bestGains(optimizations: readonly ClaimedOptimization[]): string[] {
  const speed = optimizations
    .map((optimization) => ({ name: nameOf(optimization), rank: optimization.cpuSpeedup?.value ?? 0 }))
    .map((gain) => ({ ...gain, text: fasterText(gain.rank) }))
    .filter((gain) => gain.text !== null && gain.name !== "")
    .toSorted((a, b) => b.rank - a.rank)
    .map(({ name, text }) => ({ name, phrase: `${text} ${name}` }));
  const memory = optimizations
    .map((optimization) => ({ name: nameOf(optimization), gain: memoryGain(optimization) }))
    .filter(({ name }) => name !== "")
    .flatMap(({ name, gain }) =>
      gain === null ? [] : [{ name, rank: gain.rank, phrase: `${gain.text} in ${name}` }],
    )
    .toSorted((a, b) => b.rank - a.rank);
  const fast = firstOfEach(speed);
  const saving = memory.find(({ name }) => !fast.slice(0, maxNamed - 1).some((gain) => gain.name === name));
  const chosen = saving === undefined ? fast : [...fast.slice(0, maxNamed - 1), saving];
  return chosen.slice(0, maxNamed).map(({ phrase }) => phrase);
}

/** Two optimizations of one function are named once, by the better. */
function firstOfEach<T extends { readonly name: string }>(gains: readonly T[]): T[] {
  return gains.filter((gain, index) => gains.findIndex((other) => other.name === gain.name) === index);
}

function listed(items: readonly string[]): string {
  if (items.length < 3) return items.join(" and ");
  return `${items.slice(0, -1).join(", ")}, and ${items.at(-1)}`;
}
