import type { Proof } from "@universe-optimize/claim-prover";
import { buildContext, type GateVerdict } from "@universe-optimize/email-context";
import { isUpstreamSkip } from "@universe-optimize/github-fork";
import { writeProtectedJson } from "@universe-optimize/email-renderer";
import { readResults } from "@universe-optimize/results-parser";
import { projectPaths } from "../campaign/campaign-paths.ts";
import { forkRequest } from "../campaign/upstream.ts";
import { errorFacts } from "../errors.ts";
import { policyRefusal, readUpstreamPolicy, standingRefusal } from "../policy/upstream-policy.ts";
import { proofChanges } from "../proof/proof-changes.ts";
import { requireFork } from "../run/facts.ts";
import { proofPlace } from "../run/proof-place.ts";
import { withClaims } from "../state/check-claims.ts";
import { checkAgainstFork, claimChanges } from "./claim-changes.ts";
import { publishReleased } from "./publish.ts";
import type { Step, StepContext } from "./step.ts";
import { offerBranch } from "./verified-branch.ts";

export const contextualizeStep: Step = {
  name: "contextualize",
  async execute(context) {
    const { services, project, run, facts, signal, progress } = context;
    const late = await publishReleased(context);
    const paths = projectPaths(services.paths, project.id);
    const fork = requireFork(facts, run.id);
    const results = await readResults(paths.results, { signal });
    const checked = await checkAgainstFork(context, results);
    const proof = await proofOf(context);
    const head = late.pushedSha ?? facts.pushedSha ?? null;
    const offered = await offerBranch(context, proof, head);
    const built = buildContext({
      project,
      // The proof has judged every claim; without one, only those that the branch bears out may be seen.
      results: proof === null ? withClaims(results, checked.accepted) : results,
      fork: { forkUrl: fork.webUrl, branchUrl: offered.url },
      calendlyLink: services.config.outreach.calendlyLink,
      gate: services.config.outreach.gate,
      proof,
      head,
    });
    const gate = await requirePolicy(
      context,
      requireVerifiedBranch(requireProof(context, proof, built.gate), offered.facts.branchNote ?? null),
    );
    const { edited } = await writeProtectedJson({ path: paths.context, value: { ...built.context } });
    progress(
      `context.json written, numbers ${built.basis}${edited.length === 0 ? "" : `; edited by hand and kept: ${edited.join(", ")}`}`,
    );
    for (const reason of gate.reasons) progress(`no draft: ${reason}`);
    return {
      kind: "succeeded",
      facts: { ...late, ...offered.facts, gate, basis: built.basis },
      changes: proof === null ? claimChanges(results, checked) : await proofChanges(context, proof),
      ...(gate.pass ? {} : { reason: gateReason(gate.reasons, project.id) }),
    };
  },
};

/** The upstream's word may have changed while the agent worked: it is read again before there is a draft. */
async function requirePolicy(context: StepContext, gate: GateVerdict): Promise<GateVerdict> {
  const { services, project, signal, progress } = context;
  try {
    const policy = await readUpstreamPolicy(services, forkRequest(project, services.paths.root), signal);
    const refusal = await standingRefusal(services.store, project.id, policy);
    if (refusal === null) return gate;
    return { pass: false, reasons: [policyRefusal(refusal, project.id), ...gate.reasons] };
  } catch (error) {
    const { code, message } = errorFacts(error);
    if (!isUpstreamSkip(code)) throw error;
    progress(`the upstream's policy cannot be read again: ${message}`);
    return gate;
  }
}

/** Why there is no draft, and what a person can do about it. */
export function gateReason(reasons: readonly string[], projectId: string): string {
  return `no draft: ${reasons.join(" ")} To change the gate, edit universe.config.json and run 'uo email ${projectId}'.`;
}

/** What was measured of this run; null: nothing, or nothing was to be. */
async function proofOf({ services, project, facts }: StepContext): Promise<Proof | null> {
  if (proofPlace(services.config, facts) === "none") return null;
  const { readProof } = await import("../proof/read-proof.ts");
  return await readProof(services, project.id);
}

/** A mail points to a branch and says how many commits count there: a branch that shows more would make it false. */
export function requireVerifiedBranch(gate: GateVerdict, branchNote: string | null): GateVerdict {
  if (branchNote === null) return gate;
  const reason = `${branchNote}. To let mails point to the whole branch all the same, set run.verifiedBranch to null.`;
  return { pass: false, reasons: [...gate.reasons, reason] };
}

/** Without the proof that the configuration asks for there is no draft, whatever the agent reported. */
function requireProof(
  { services, project, run, facts }: StepContext,
  proof: Proof | null,
  gate: GateVerdict,
): GateVerdict {
  if (proof !== null || proofPlace(services.config, facts) === "none") return gate;
  const why = run.reason === null ? "" : ` (${run.reason})`;
  const reason = `Nothing is proven${why}. Measure the claims with 'uo prove ${project.id}'.`;
  return { pass: false, reasons: [reason, ...gate.reasons] };
}
