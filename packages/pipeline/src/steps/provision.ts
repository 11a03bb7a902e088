import { machineRequest } from "../machine/machine-request.ts";
import type { Step } from "./step.ts";

export const provisionStep: Step = {
  name: "provision",
  async intent({ services, project, run }) {
    const price = await services.machines.price();
    return {
      name: machineRequest(services, project, run).name,
      provider: services.machines.kind,
      usd_per_hour: price.usdPerHour,
    };
  },
  async execute({ services, project, run, signal, progress }) {
    const machine = await services.machines.create(machineRequest(services, project, run), signal);
    const at = services.clock.now().toISOString();
    const where = machine.ssh === null ? "" : ` at ${machine.ssh.host}:${machine.ssh.port}`;
    progress(`machine ${machine.name}${where}`);
    return {
      kind: "succeeded",
      facts: { machine: machine.name },
      changes: {
        project: { vm_id: machine.name, vm_ip: machine.ssh?.host ?? null, started_at: at },
        machine: {
          name: machine.name,
          state: "running",
          provider_id: machine.id,
          host: machine.ssh?.host ?? null,
          port: machine.ssh?.port ?? null,
          host_keys_json: JSON.stringify(machine.ssh?.hostKeys ?? []),
          running_at: at,
        },
      },
    };
  },
};
