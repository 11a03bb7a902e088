import type { BatchConfig } from "@universe-optimize/pipeline/config";
import { isFailure, latestOf, type ProjectPicture } from "./picture.ts";

/** Splits a list, in its order, into waves of these sizes; what is left is the last one. */
export function wavesOf<T>(all: readonly T[], sizes: readonly number[]): readonly (readonly T[])[] {
  const waves: (readonly T[])[] = [];
  let from = 0;
  for (const size of sizes) {
    if (from >= all.length) break;
    waves.push(all.slice(from, from + size));
    from += size;
  }
  if (from < all.length) waves.push(all.slice(from));
  return waves;
}

export type WaveVerdict =
  | { readonly state: "open"; readonly left: number }
  | { readonly state: "passed"; readonly words: string }
  | { readonly state: "failed"; readonly words: string };

/** Judges a wave once each of its projects is final. Skipped and stopped projects say nothing about it. */
export function judgeWave(
  wave: readonly ProjectPicture[],
  gate: Pick<BatchConfig["waves"], "minVerifiedShare" | "maxFailedShare">,
  options: { readonly proofs: boolean; readonly isFinal: (project: ProjectPicture) => boolean },
): WaveVerdict {
  const left = wave.filter((project) => !options.isFinal(project)).length;
  if (left > 0) return { state: "open", left };
  const ends = wave.map((project) => latestOf(project));
  const failed = ends.filter((run) => isFailure(run?.end ?? null)).length;
  const completed = ends.filter((run) => run?.end === "completed" || run?.end === "empty");
  const counted = failed + completed.length;
  if (counted === 0) return { state: "passed", words: "none of its projects could be judged" };
  const share = failed / counted;
  if (share > gate.maxFailedShare)
    return {
      state: "failed",
      words: `${failed} of ${counted} projects failed (${percent(share)}; at most ${percent(gate.maxFailedShare)} may)`,
    };
  const verified = completed.filter((run) => (run?.verified ?? 0) > 0).length;
  const verifiedShare = completed.length === 0 ? 0 : verified / completed.length;
  if (options.proofs && completed.length > 0 && verifiedShare < gate.minVerifiedShare)
    return {
      state: "failed",
      words: `${verified} of ${completed.length} completed projects have a verified claim (${percent(verifiedShare)}; at least ${percent(gate.minVerifiedShare)} must)`,
    };
  return {
    state: "passed",
    words: `${completed.length} completed, ${failed} failed${options.proofs ? `, ${verified} with a verified claim` : ""}`,
  };
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
