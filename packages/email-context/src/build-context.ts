import type { Project } from "@universe-optimize/project-list";
import type { ClaimedOptimization, RunResults } from "@universe-optimize/results-parser";
import { firstName } from "./first-name.ts";
import { fasterText, memoryGain } from "./gain-text.ts";
import { gateVerdict } from "./gate-verdict.ts";
import { quotableNumbers, type QuotedOptimization } from "./numbers.ts";
import { plain } from "./plain.ts";
import { readableName } from "./readable-name.ts";
import { summarySentence } from "./summary-sentence.ts";
import type { BuiltContext, GateRules } from "./types.ts";

/** What a context is made of. */
export interface ContextInput {
  readonly project: Project;
  readonly results: RunResults;
  readonly fork: { readonly forkUrl: string; readonly branchUrl: string };
  readonly calendlyLink: string;
  readonly gate: GateRules;
  /** null: nothing is proven yet, the numbers are the reported ones. */
  readonly proof: null;
}

/**
 * Every variable of a project's e-mails, and whether they may be written. Pure: the same input gives the same context.
 *
 * The best optimization is the one with the greatest speed-up that can be read as a number; without any, the headline's
 * words are used. Speed-ups are rounded down. All strings are one line of plain text. Always complete: when the gate fails, the
 * context is there to look at, and no draft is to be made of it.
 */
export function buildContext(input: ContextInput): BuiltContext {
  const { project, results, fork } = input;
  const numbers = quotableNumbers(results, input.proof);
  const headline = results.summary?.headline;
  const [best, second] = numbers.optimizations;
  const contact = project.target_contact;
  const [owner = "", name = owner] = plain(project.repo, 200).split("/");
  const hasQuote = (best?.ratio ?? null) !== null;

  const context = {
    first_name: firstName(contact?.name ?? ""),
    full_name: plain(contact?.name ?? "", 200),
    title: plain(contact?.title ?? "", 200),
    company_name: plain(project.company ?? "", 200) || owner,
    repo: plain(project.repo, 200),
    repo_name: name,
    fork_url: plain(fork.forkUrl, 2000),
    branch_url: plain(fork.branchUrl, 2000),
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
    calendly_link: plain(input.calendlyLink, 2000),
  };
  return { context, basis: numbers.basis, gate: gateVerdict(numbers, input.gate) };
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
