import type { MachineRequest } from "@universe-optimize/cloud-vm";
import type { Project } from "@universe-optimize/project-list";
import type { RunRow } from "@universe-optimize/state-store";
import { machineNameOf } from "../run/run-identity.ts";
import type { Services } from "../services.ts";

/** The request for a run's machine: equal every time it is asked, so that creating twice adopts. */
export function machineRequest(
  services: Pick<Services, "config" | "sshKey">,
  project: Project,
  run: RunRow,
): MachineRequest {
  const { campaign } = services.config;
  return {
    name: machineNameOf(campaign, project.id, run.number),
    tags: {
      project: "universe-optimize",
      repo: project.repo,
      id: project.id,
      campaign,
      run: String(run.number),
    },
    authorizedKey: services.sshKey.publicKey,
  };
}
