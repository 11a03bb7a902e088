import { closest, distance } from "fastest-levenshtein";

/** The known name that was probably meant, or null: two of five letters may be wrong. Case does not count. */
export function nearestName(name: string, known: readonly string[]): string | null {
  const lower = new Map(known.map((candidate) => [candidate.toLowerCase(), candidate]));
  if (lower.size === 0) return null;
  const wanted = name.toLowerCase();
  const best = closest(wanted, [...lower.keys()]);
  return distance(wanted, best) <= Math.floor(wanted.length * 0.4) ? (lower.get(best) ?? null) : null;
}
