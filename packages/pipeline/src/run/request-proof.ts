import type { Project } from "@universe-optimize/project-list";
import type { RunRow } from "@universe-optimize/state-store";
import { PipelineError } from "../errors.ts";
import type { Services } from "../services.ts";
import { isBeyond, parsePosition } from "../state/step-name.ts";
import { readFacts, writeFacts } from "./facts.ts";
import { holdLease } from "./lease-keeper.ts";
import { leaseOwner } from "./lease-owner.ts";
import { proofPlace } from "./proof-place.ts";

/**
 * Lets a run whose results are collected be measured again, by `drive`: all of its claims, or the one of `commit`. The machine is a
 * fresh one, whatever the configuration says, for the agent's is gone. A proof that is under way is left as it is.
 *
 * @throws PipelineError `not_now`, `busy`
 */
export async function requestProof(
  services: Services,
  project: Project,
  options: { readonly commit: string | null },
): Promise<RunRow> {
  const { store } = services;
  await using lease = await holdLease(store, project.id, leaseOwner());
  const run = await store.latestRun(project.id);
  if (run === null || run.outcome !== "completed")
    throw new PipelineError(
      "not_now",
      `${project.id} has no collected results to prove: 'uo status ${project.id}' tells where it stands.`,
      { projectId: project.id },
    );
  const facts = readFacts(run);
  const position = parsePosition(run.step);
  const place = proofPlace(services.config, facts);
  const isOver = place === "none" || position === "finished" || isBeyond(position, "destroy-proof", place);
  // Neither proven nor on the way to it: the agent's machine goes first.
  if (!isOver || position === "destroy") return run;
  const { proofLogOffset: _, ...withoutOffset } = facts;
  return await store.updateRun(lease.fence, run.id, {
    run: {
      step: "provision-proof",
      attempt: 0,
      due_at: services.clock.now().toISOString(),
      reason: null,
      facts_json: writeFacts({
        ...withoutOffset,
        proofOn: "fresh",
        proofRound: (facts.proofRound ?? 1) + 1,
        proofOf: options.commit,
        blocked: false,
      }),
      finished_at: null,
    },
    events: [
      {
        kind: "proof.requested",
        message: options.commit === null ? "measure all claims again" : `measure ${options.commit} again`,
      },
    ],
  });
}
