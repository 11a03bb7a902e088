import { formatMemory, type RunResults } from "@universe-optimize/results-parser";
import type { Figures } from "./figures.ts";
import { fasterText } from "./gain-text.ts";
import type { QuotableNumbers, QuotedOptimization } from "./numbers.ts";
import { provenName, provenSentence } from "./proven-sentence.ts";
import { provenText } from "./proven-text.ts";

/** The fields as they were measured. The agent's words come in without any number, its totals not at all. */
export function provenFigures(numbers: QuotableNumbers, results: RunResults): Figures {
  const [best, second] = numbers.optimizations;
  return {
    num_optimizations: numbers.optimizations.length,
    best_function: best === undefined ? "" : provenName(best.optimization, 80) || "the slowest part",
    best_speedup: best === undefined ? "" : gainWords(best),
    best_description: firstFit(best?.optimization.description, best?.optimization.technique),
    second_best_function: second === undefined ? "" : provenName(second.optimization, 80),
    second_best_technique: firstFit(second?.optimization.technique, second?.optimization.description),
    total_cpu_improvement_pct: timeSavedPercent(numbers.productRatio),
    total_memory_saved_mb: totalMemory(numbers),
    optimizations_summary: provenSentence(numbers, {
      prReadyCommits: results.summary?.prReadyCommits ?? null,
    }),
  };
}

/** Follows "… now runs". */
function gainWords({ ratio, mib }: QuotedOptimization): string {
  return fasterText(ratio) ?? (mib === null ? "faster" : `with ${formatMemory(mib)} less memory`);
}

function firstFit(...texts: readonly (string | undefined)[]): string {
  return texts.map((text) => provenText(text ?? "")).find((text) => text !== "") ?? "";
}

/**
 * The share of the old time that the whole branch saves, rounded down. It is the smaller of the two usual readings: 1.5x
 * faster is 33 %, not 50 %. Without a measurement of the whole it is 0, since gains of parts do not add up to one of the whole.
 */
function timeSavedPercent(ratio: number | null): number {
  return ratio === null ? 0 : Math.floor((1 - 1 / ratio) * 100 + 1e-9);
}

/** Sum of what was measured, in MiB, rounded down to a whole number from 10 on, to a tenth below. */
function totalMemory({ optimizations }: QuotableNumbers): number {
  const sum = optimizations.reduce((total, { mib }) => total + (mib ?? 0), 0);
  return sum >= 10 ? Math.floor(sum + 1e-9) : Math.floor(sum * 10 + 1e-9) / 10;
}
