import type { Machine } from "@universe-optimize/cloud-vm";
import type { MachineRow } from "@universe-optimize/state-store";
import { machineName, type MachinePurpose, machineRequest } from "../machine/machine-request.ts";
import type { Step, StepContext, StepReport } from "./step.ts";

export const provisionStep: Step = {
  name: "provision",
  intent: (context) => machineIntent(context, "agent"),
  async execute(context) {
    const machine = await createMachine(context, "agent");
    const at = context.services.clock.now().toISOString();
    return {
      kind: "succeeded",
      facts: { machine: machine.name },
      changes: {
        project: { vm_id: machine.name, vm_ip: machine.ssh?.host ?? null, started_at: at },
        machine: await runningRow(context, machine, at),
      },
    };
  },
};

/** The row that must be on disk before its machine may exist. */
export async function machineIntent(
  { services, project, run }: StepContext,
  purpose: MachinePurpose,
): Promise<Pick<MachineRow, "name" | "provider" | "usd_per_hour">> {
  const price = await services.machines.price();
  return {
    name: machineName(services, project, run, purpose),
    provider: services.machines.kind,
    usd_per_hour: price.usdPerHour,
  };
}

export async function createMachine(context: StepContext, purpose: MachinePurpose): Promise<Machine> {
  const { services, project, run, signal, progress } = context;
  const request = machineRequest(services, project, run, purpose);
  using _ = services.notices.listen(request.name, progress);
  const machine = await services.machines.create(request, signal);
  const where = machine.ssh === null ? "" : ` at ${machine.ssh.host}:${machine.ssh.port}`;
  progress(`machine ${machine.name}${where}`);
  return machine;
}

/** What it costs is known now: the provider may have had another size or region than the one wanted first. */
export async function runningRow(
  { services }: StepContext,
  machine: Machine,
  at: string,
): Promise<NonNullable<NonNullable<StepReport["changes"]>["machine"]>> {
  const price = machine.placement === undefined ? null : await services.machines.price(machine.placement);
  return {
    ...(price === null ? {} : { usd_per_hour: price.usdPerHour }),
    name: machine.name,
    state: "running",
    provider_id: machine.id,
    host: machine.ssh?.host ?? null,
    port: machine.ssh?.port ?? null,
    host_keys_json: JSON.stringify(machine.ssh?.hostKeys ?? []),
    running_at: at,
  };
}
