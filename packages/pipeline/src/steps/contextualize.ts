import { buildContext } from "@universe-optimize/email-context";
import { writeProtectedJson } from "@universe-optimize/email-renderer";
import { readResults } from "@universe-optimize/results-parser";
import { projectPaths } from "../campaign/campaign-paths.ts";
import { requireFork } from "../run/facts.ts";
import { withClaims } from "../state/check-claims.ts";
import { checkAgainstFork, claimChanges } from "./claim-changes.ts";
import { publishReleased } from "./publish.ts";
import type { Step } from "./step.ts";

export const contextualizeStep: Step = {
  name: "contextualize",
  async execute(context) {
    const { services, project, run, facts, signal, progress } = context;
    const late = await publishReleased(context);
    const paths = projectPaths(services.paths, project.id);
    const fork = requireFork(facts, run.id);
    const results = await readResults(paths.results, { signal });
    const checked = await checkAgainstFork(context, results);
    const built = buildContext({
      project,
      results: withClaims(results, checked.accepted),
      fork: { forkUrl: fork.webUrl, branchUrl: services.forks.branchUrl(fork, services.config.run.branch) },
      calendlyLink: services.config.outreach.calendlyLink,
      gate: services.config.outreach.gate,
      proof: null,
    });
    const { edited } = await writeProtectedJson({ path: paths.context, value: { ...built.context } });
    progress(
      `context.json written, numbers ${built.basis}${edited.length === 0 ? "" : `; edited by hand and kept: ${edited.join(", ")}`}`,
    );
    for (const reason of built.gate.reasons) progress(`no draft: ${reason}`);
    return {
      kind: "succeeded",
      facts: { ...late, gate: built.gate, basis: built.basis },
      changes: claimChanges(results, checked),
      ...(built.gate.pass ? {} : { reason: gateReason(built.gate.reasons, project.id) }),
    };
  },
};

/** Why there is no draft, and what a person can do about it. */
export function gateReason(reasons: readonly string[], projectId: string): string {
  return `no draft: ${reasons.join(" ")} To change the gate, edit universe.config.json and run 'uo email ${projectId}'.`;
}
