import type { Project } from "@universe-optimize/project-list";
import type { RunResults } from "@universe-optimize/results-parser";
import { firstName } from "./first-name.ts";
import { gateVerdict } from "./gate-verdict.ts";
import { quotableNumbers } from "./numbers.ts";
import { plain } from "./plain.ts";
import type { ProofFacts } from "./proof-facts.ts";
import { provenFigures } from "./proven-figures.ts";
import { reportedFigures } from "./reported-figures.ts";
import type { BuiltContext, Context, GateRules, GateVerdict } from "./types.ts";

/** What a context is made of. */
export interface ContextInput {
  readonly project: Project;
  readonly results: RunResults;
  readonly fork: { readonly forkUrl: string; readonly branchUrl: string };
  readonly calendlyLink: string;
  readonly gate: GateRules;
  /** null: nothing is proven, and every number is the agent's word. */
  readonly proof: ProofFacts | null;
  /** Where the report of the proof can be read; only https addresses are taken. */
  readonly proofUrl?: string | null;
  /** The commit at the branch's head now. A proof of another one fails the gate. */
  readonly head?: string | null;
}

/**
 * Every variable of a project's e-mails, and whether they may be written. Pure: the same input gives the same context.
 *
 * With a proof every number is a measured one, rounded down, and the agent's words lose theirs. Without, numbers are as reported
 * and `basis` says `unproven`. The best optimization is the one with the greatest ratio. All strings are one line of plain
 * text. Always complete: when the gate fails, the context is there to look at, and no draft is to be made of it.
 */
export function buildContext(input: ContextInput): BuiltContext {
  const { project, results, fork, proof } = input;
  const numbers = quotableNumbers(results, proof);
  const contact = project.target_contact;
  const [owner = "", name = owner] = plain(project.repo, 200).split("/");
  const context: Context = {
    first_name: firstName(contact?.name ?? ""),
    full_name: plain(contact?.name ?? "", 200),
    title: plain(contact?.title ?? "", 200),
    company_name: plain(project.company ?? "", 200) || owner,
    repo: plain(project.repo, 200),
    repo_name: name,
    fork_url: plain(fork.forkUrl, 2000),
    branch_url: plain(fork.branchUrl, 2000),
    ...(proof === null ? reportedFigures(numbers, results) : provenFigures(numbers, results)),
    calendly_link: plain(input.calendlyLink, 2000),
    verified_count: proof === null ? 0 : numbers.optimizations.length,
    proof_url: proofUrl(input),
    proof_method: methodOf(proof),
    proof_reduced: proof?.reduced ?? false,
  };
  return { context, basis: numbers.basis, gate: withHead(gateVerdict(numbers, input.gate), input) };
}

function proofUrl({ proof, proofUrl: url }: ContextInput): string {
  const text = plain(url ?? "", 2000);
  return proof !== null && /^https:\/\/\S+$/.test(text) ? text : "";
}

function methodOf(proof: ProofFacts | null): string {
  const sentence = plain(proof?.method ?? "", 600).replace(/[.\s]+$/, "");
  if (proof === null || sentence === "") return "";
  const unsaid = proof.reduced && !sentence.includes("reduced proof");
  return `${sentence}${unsaid ? ", with fewer repetitions than usual" : ""}.`;
}

function withHead(gate: GateVerdict, { project, proof, head }: ContextInput): GateVerdict {
  if (proof === null || head === null || head === undefined || head === proof.head) return gate;
  const [now, then] = [head, proof.head].map((sha) => plain(sha, 40).slice(0, 12));
  const reason = `The branch is at ${now}, and the proof measured ${then}. Prove it again with 'uo prove ${project.id}'.`;
  return { pass: false, reasons: [...gate.reasons, reason] };
}
