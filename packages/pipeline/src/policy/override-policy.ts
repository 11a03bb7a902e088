import type { PolicyVerdict } from "@universe-optimize/github-fork/policy";
import type { Project } from "@universe-optimize/project-list";
import { PipelineError } from "../errors.ts";
import type { Services } from "../services.ts";
import { forkRequest } from "../campaign/upstream.ts";
import { policySubject, readUpstreamPolicy } from "./upstream-policy.ts";

/**
 * Notes a person's word that the refusal which stands in the upstream's files now does not stand in this project's way. Another
 * refusal, later, is asked about again. Returns what was overridden.
 *
 * @throws PipelineError `not_now` when nothing refuses; ForkError when the upstream cannot be read
 */
export async function overridePolicy(
  services: Services,
  project: Project,
  decision: { readonly reason: string; readonly by: string; readonly signal: AbortSignal },
): Promise<PolicyVerdict> {
  const request = forkRequest(project, services.paths.root);
  const verdict = await readUpstreamPolicy(services, request, decision.signal);
  if (verdict?.kind !== "refuses")
    throw new PipelineError(
      "not_now",
      `nothing in ${project.repo}'s files refuses: 'uo start ${project.id}' goes on without an override.`,
      { projectId: project.id },
    );
  await services.store.decide({
    projectId: project.id,
    kind: "policy_override",
    subject: policySubject(verdict),
    reason: decision.reason,
    by: decision.by,
  });
  return verdict;
}
