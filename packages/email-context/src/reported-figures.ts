import type { ClaimedOptimization, RunResults } from "@universe-optimize/results-parser";
import type { Figures } from "./figures.ts";
import { fasterText, memoryGain } from "./gain-text.ts";
import type { QuotableNumbers, QuotedOptimization } from "./numbers.ts";
import { plain } from "./plain.ts";
import { readableName } from "./readable-name.ts";
import { summarySentence } from "./summary-sentence.ts";

/** The fields as the agent reported them: nothing of it is proven. */
export function reportedFigures(numbers: QuotableNumbers, results: RunResults): Figures {
  const headline = results.summary?.headline;
  const [best, second] = numbers.optimizations;
  const hasQuote = (best?.ratio ?? null) !== null;
  return {
    num_optimizations: numbers.optimizations.length,
    best_function:
      (hasQuote ? "" : readableName(headline?.bestFunction ?? "", 80)) || nameOf(best) || "the slowest part",
    best_speedup: bestSpeedup(best, results),
    best_description: plain(best?.optimization.description || best?.optimization.technique || ""),
    second_best_function: second === undefined ? "" : nameOf(second),
    second_best_technique: plain(second?.optimization.technique || second?.optimization.description || ""),
    total_cpu_improvement_pct: finite(headline?.totalCpuImprovementPct),
    total_memory_saved_mb: finite(headline?.totalMemorySavedMb),
    optimizations_summary: summarySentence(results.optimizations, {
      prReadyCommits: results.summary?.prReadyCommits ?? null,
    }),
  };
}

function nameOf(quoted: QuotedOptimization | undefined): string {
  if (quoted === undefined) return "";
  return (
    readableName(quoted.optimization.function, 80) ||
    readableName(quoted.optimization.file.split("/").at(-1) ?? "", 80)
  );
}

/** Follows "… now runs". Without a number or a word of the agent's it claims no more than "faster". */
function bestSpeedup(best: QuotedOptimization | undefined, results: RunResults): string {
  const headline = results.summary?.headline.bestSingleSpeedup ?? null;
  return (
    fasterText(best?.ratio ?? null) ??
    fasterText(headline?.value ?? null) ??
    asWords(headline?.raw) ??
    memoryWords(best?.optimization) ??
    "faster"
  );
}

function asWords(raw: string | undefined): string | null {
  const words = plain(raw ?? "", 60).replace(/[.!\s]+$/, "");
  return /\p{L}{2}/u.test(words) && !/^(?:null|none|nan|undefined|unknown|n\/?a)\b/i.test(words)
    ? words
    : null;
}

function memoryWords(optimization: ClaimedOptimization | undefined): string | null {
  const gain = optimization === undefined ? null : memoryGain(optimization);
  return gain === null ? null : `with ${gain.text}`;
}

function finite(value: number | null | undefined): number {
  return value !== null && value !== undefined && Number.isFinite(value) ? value + 0 : 0; // -0 is 0
}
