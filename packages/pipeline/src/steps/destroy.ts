import type { MachineRow } from "@universe-optimize/state-store";
import { PipelineError } from "../errors.ts";
import { machineName, type MachinePurpose } from "../machine/machine-request.ts";
import type { Step, StepContext, StepReport } from "./step.ts";

export const destroyStep: Step = {
  name: "destroy",
  execute: (context) => destroyMachine(context, "agent"),
};

/** Removes a machine of the run; succeeds when the provider cannot find it any more, and not before. */
export async function destroyMachine(
  { services, project, run, signal, progress }: StepContext,
  purpose: MachinePurpose,
): Promise<StepReport> {
  const name = machineName(services, project, run, purpose);
  await services.sessions.close(name);
  using _ = services.notices.listen(name, progress);
  await services.machines.destroy(name, signal);
  // The provider's word is not enough: gone is what cannot be found any more.
  if ((await services.machines.get(name, signal)) !== null)
    throw new PipelineError("step_failed", `machine ${name} is still there after its removal`, {
      projectId: project.id,
      retryable: true,
    });
  progress(`machine ${name} is gone`);
  const at = services.clock.now();
  const row = await services.store.machine(name);
  if (row === null) return { kind: "succeeded" };
  return {
    kind: "succeeded",
    changes: {
      machine: { name, state: "gone", gone_at: at.toISOString() },
      costs: [{ kind: "machine", source: name, usd: machineCost(row, at), basis: "estimated" }],
    },
  };
}

/** From the intent to the confirmed end: the dear side of what cannot be known exactly. */
export function machineCost(row: MachineRow, goneAt: Date): number {
  const hours = (goneAt.getTime() - Date.parse(row.intended_at)) / 3_600_000;
  return Math.max(0, hours) * row.usd_per_hour;
}
