import { distance } from "fastest-levenshtein";

/** The known word that was probably meant: at most a third of its letters differ. null: none is near. */
export function nearest(word: string, known: readonly string[]): string | null {
  const wanted = word.slice(0, 64).toLowerCase();
  const near = known
    .map((candidate) => ({ candidate, wrong: distance(wanted, candidate.toLowerCase()) }))
    .filter(({ candidate, wrong }) => wrong <= Math.max(2, candidate.length / 3) && wrong < candidate.length)
    .toSorted((a, b) => a.wrong - b.wrong);
  return near[0]?.candidate ?? null;
}
