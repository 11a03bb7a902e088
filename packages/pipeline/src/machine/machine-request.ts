import type { MachineRequest } from "@universe-optimize/cloud-vm";
import type { Project } from "@universe-optimize/project-list";
import type { RunRow } from "@universe-optimize/state-store";
import { readFacts } from "../run/facts.ts";
import { machineNameOf } from "../run/run-identity.ts";
import type { Services } from "../services.ts";

/** What a machine is for: the agent works on one, and a proof may have its own, which the agent never touched. */
export type MachinePurpose = "agent" | "proof";

/** Name of a run's machine: the same for every attempt, so that a second one cannot come to be. */
export function machineName(
  services: Pick<Services, "config">,
  project: Project,
  run: RunRow,
  purpose: MachinePurpose,
): string {
  const { campaign } = services.config;
  const round = purpose === "agent" ? null : (readFacts(run).proofRound ?? 1);
  return machineNameOf(campaign, project.id, run.number, round);
}

/**
 * The request for a run's machine: equal every time it is asked, so that creating twice adopts. The tag `expires` counts
 * from the journaled intent, so the intent must be journaled before.
 */
export async function machineRequest(
  services: Pick<Services, "config" | "sshKey" | "store">,
  project: Project,
  run: RunRow,
  purpose: MachinePurpose,
): Promise<MachineRequest> {
  const { campaign, machines } = services.config;
  const name = machineName(services, project, run, purpose);
  const row = await services.store.machine(name);
  const begin = Date.parse(row?.intended_at ?? run.created_at);
  return {
    name,
    tags: {
      project: "universe-optimize",
      repo: project.repo,
      id: project.id,
      campaign,
      run: String(run.number),
      purpose,
      expires: new Date(begin + machines.ttlHours * 3_600_000).toISOString(),
    },
    authorizedKey: services.sshKey.publicKey,
  };
}
