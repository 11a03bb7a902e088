import type { Machine } from "@universe-optimize/cloud-vm";
import type { Session } from "@universe-optimize/remote-session";
import { PipelineError } from "../errors.ts";
import type { StepContext } from "../steps/step.ts";
import { type MachinePurpose, machineRequest } from "./machine-request.ts";

/**
 * A session with a machine of the run. The provider is asked first: unreachable is not gone.
 *
 * @throws PipelineError `machine_gone` when the provider is sure that there is none, `machine_evicted` when it took it back; SessionError
 * otherwise
 */
export async function openSession(context: StepContext, purpose: MachinePurpose = "agent"): Promise<Session> {
  const { services, signal } = context;
  const request = machineRequest(services, context.project, context.run, purpose);
  return await services.sessions.get(
    request.name,
    async (opening) => {
      let machine: Machine | null = await services.machines.get(request.name, opening);
      if (machine === null || machine.state === "deleting")
        throw new PipelineError("machine_gone", `machine ${request.name} does not exist any more`, {
          projectId: context.project.id,
        });
      if (machine.evicted === true)
        throw new PipelineError(
          "machine_evicted",
          `machine ${request.name} was taken back by ${machine.provider} (spot)`,
          { projectId: context.project.id },
        );
      // A machine that was stopped is started again: creating it adopts it.
      if (machine.ssh === null) machine = await services.machines.create(request, opening);
      if (machine.ssh === null)
        throw new PipelineError(
          "remote_failed",
          `machine ${request.name} is ${machine.state} and has no address yet`,
          {
            projectId: context.project.id,
            retryable: true,
          },
        );
      return await services.connect(machine.ssh, { privateKey: services.sshKey.privateKey, signal: opening });
    },
    signal,
  );
}
