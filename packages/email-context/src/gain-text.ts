import { formatMemory, formatSpeedup, type ClaimedOptimization } from "@universe-optimize/results-parser";

/** "5x faster", "7% faster" where a ratio would read as 1x; always rounded down. null: no gain that can be told. */
export function fasterText(ratio: number | null): string | null {
  if (ratio === null || !Number.isFinite(ratio)) return null;
  if (ratio >= 1.1) return `${formatSpeedup(ratio)} faster`;
  const percent = Math.floor((ratio - 1) * 100 + 1e-9); // 1.07 - 1 is 0.07000000000000006, and 1.09 - 1 a little less than 0.09
  return percent >= 1 ? `${percent}% faster` : null;
}

/** What an optimization saves, in MiB or as a share; null: nothing that can be told. */
export interface MemoryGain {
  /** For sorting; a share counts less than any figure in MiB. */
  readonly rank: number;
  /** "50 MiB less memory", "40% memory reduction". */
  readonly text: string;
}

/** Reads the memory gain of a claim. A share counts only where the text says nothing of growth. */
export function memoryGain(optimization: ClaimedOptimization): MemoryGain | null {
  const saving = optimization.memoryReduction;
  if (saving === null) return null;
  if (saving.value !== null) {
    const isGain = Number.isFinite(saving.value) && saving.value >= 0.1;
    return isGain ? { rank: saving.value, text: `${formatMemory(saving.value)} less memory` } : null;
  }
  const percent = Number(/^[^\d+]*?(\d{1,2}(?:\.\d+)?)\s*%(?!.*\d)/.exec(saving.raw.slice(0, 200))?.[1] ?? 0);
  const grows = /more|increas|grow|higher|worse|regress/i.test(saving.raw);
  return percent >= 1 && !grows
    ? { rank: percent / 1e6, text: `${Math.floor(percent)}% memory reduction` }
    : null;
}
