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

/** The request for a run's machine: equal every time it is asked, so that creating twice adopts. */
export function machineRequest(
  services: Pick<Services, "config" | "sshKey">,
  project: Project,
  run: RunRow,
  purpose: MachinePurpose,
): MachineRequest {
  return {
    name: machineName(services, project, run, purpose),
    tags: {
      project: "universe-optimize",
      repo: project.repo,
      id: project.id,
      campaign: services.config.campaign,
      run: String(run.number),
      purpose,
    },
    authorizedKey: services.sshKey.publicKey,
  };
}
