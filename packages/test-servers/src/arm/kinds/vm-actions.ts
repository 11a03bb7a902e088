import { ArmError } from "../arm-error.ts";
import type { Machine, PowerState } from "../machines.ts";
import type { Resource } from "../world.ts";
import { type ActionRequest, type Cloud, type Kind, operate } from "./kind.ts";
import { eraseVm } from "./remove-vm.ts";
import { VM, type VmProperties } from "./vm-properties.ts";

const DISPLAY: Readonly<Record<string, string>> = {
  Creating: "Creating",
  Updating: "Updating",
  Succeeded: "Provisioning succeeded",
  Failed: "Provisioning failed",
  Deleting: "Deleting",
};

/** Where serial logs are read; whoever has the address may, as with the signed ones of Azure. */
export const SERIAL_LOGS = "/boot-diagnostics/";

/** What a VM's serial console printed; null: there is no such VM. */
export function serialLog(cloud: Cloud, vmId: string): string | null {
  const vm = cloud.world.all<VmProperties>(VM).find(({ properties }) => properties.vmId === vmId);
  const machine = vm === undefined ? undefined : cloud.machines.get(vm.id);
  if (vm === undefined || machine === undefined) return null;
  const keys = machine.hostKeys.map((key) => `${key} root@${vm.name}\r\n`).join("");
  return `-----BEGIN SSH HOST KEY KEYS-----\r\n${keys}-----END SSH HOST KEY KEYS-----\r\n${vm.name} login: `;
}

/** What `instanceView` shows: how far it is, and whether it runs. */
export function instanceView(cloud: Cloud, vm: Resource): object {
  const machine = cloud.machines.get(vm.id);
  const state = vm.provisioningState.toLowerCase();
  const failure = machine?.failure ?? null;
  return {
    computerName: (vm.properties as VmProperties).osProfile?.computerName,
    osName: "ubuntu",
    osVersion: "24.04",
    hyperVGeneration: "V2",
    statuses: [
      {
        code: failure === null ? `ProvisioningState/${state}` : `ProvisioningState/failed/${failure.code}`,
        level: failure === null ? "Info" : "Error",
        displayStatus: DISPLAY[vm.provisioningState],
        ...(failure === null ? {} : { message: failure.message }),
        time: new Date().toISOString(),
      },
      ...(machine === undefined || machine.power === "unknown"
        ? []
        : [{ code: `PowerState/${machine.power}`, level: "Info", displayStatus: `VM ${machine.power}` }]),
    ],
  };
}

/** Starting, stopping, running commands, evicting. */
export const vmActions: Kind["actions"] = {
  instanceview: {
    method: "GET",
    run: (cloud, { resource }) => ({ body: instanceView(cloud, resource) }),
  },
  start: {
    method: "POST",
    run: (cloud, request) =>
      change(cloud, request, "starting", async (machine) => {
        await machine.backed?.start();
        cloud.world.bill(request.resource.id, true);
        machine.power = "running";
      }),
  },
  restart: {
    method: "POST",
    run: (cloud, request) =>
      change(cloud, request, "starting", async (machine) => {
        await machine.backed?.halt();
        await machine.backed?.start();
        machine.power = "running";
      }),
  },
  poweroff: {
    method: "POST",
    run: (cloud, request) =>
      change(cloud, request, "stopping", async (machine) => {
        await machine.backed?.halt();
        machine.power = "stopped";
      }),
  },
  deallocate: {
    method: "POST",
    run: (cloud, request) =>
      change(cloud, request, "deallocating", (machine) => deallocate(cloud, request.resource, machine)),
  },
  runcommand: { method: "POST", run: runCommand },
  retrievebootdiagnosticsdata: {
    method: "POST",
    run(cloud, { resource, base }) {
      const { diagnosticsProfile, vmId } = resource.properties as VmProperties;
      if (diagnosticsProfile?.bootDiagnostics?.enabled !== true)
        throw new ArmError(
          409,
          "OperationNotAllowed",
          `Boot diagnostics are not enabled on VM ${resource.name}.`,
        );
      running(cloud, resource);
      return { body: { serialConsoleLogBlobUri: `${base}${SERIAL_LOGS}${vmId}` } };
    },
  },
  simulateeviction: {
    method: "POST",
    run(cloud, { resource }) {
      const vm = resource as Resource<VmProperties>;
      if (vm.properties.priority !== "Spot")
        throw new ArmError(
          409,
          "OperationNotAllowed",
          `Simulating the eviction of ${vm.name} is not allowed: it is no Spot Virtual Machine.`,
        );
      cloud.operations.later(cloud.settings.durations.power, () => evict(cloud, vm));
      return { body: undefined };
    },
  },
};

/** Takes a spot VM away, as its eviction policy says. */
export async function evict(cloud: Cloud, vm: Resource<VmProperties>): Promise<void> {
  const machine = cloud.machines.get(vm.id);
  if (machine === undefined) return;
  if (vm.properties.evictionPolicy === "Delete") await eraseVm(cloud, vm);
  else await deallocate(cloud, vm, machine);
}

async function deallocate(cloud: Cloud, vm: Resource, machine: Machine): Promise<void> {
  await machine.backed?.halt();
  machine.power = "deallocated";
  cloud.world.bill(vm.id, false);
}

function change(
  cloud: Cloud,
  request: ActionRequest,
  meanwhile: PowerState,
  work: (machine: Machine) => Promise<void>,
): { operation: ReturnType<Cloud["operations"]["start"]> } {
  const machine = running(cloud, request.resource);
  const before = machine.power;
  machine.power = meanwhile;
  const operation = operate(cloud, cloud.settings.durations.power, request.fault, {
    failed: () => {
      machine.power = before;
    },
    act: async () => await work(machine),
  });
  return { operation };
}

function running(cloud: Cloud, vm: Resource): Machine {
  const machine = cloud.machines.get(vm.id);
  if (machine !== undefined && vm.provisioningState !== "Deleting") return machine;
  throw new ArmError(409, "OperationNotAllowed", `The VM ${vm.name} is being deleted.`);
}

function runCommand(
  cloud: Cloud,
  { resource, body, fault }: ActionRequest,
): { operation: ReturnType<Cloud["operations"]["start"]> } {
  const machine = running(cloud, resource);
  if (machine.power !== "running")
    throw new ArmError(
      409,
      "OperationNotAllowed",
      `The operation requires the VM to be running (or set to run): it is ${machine.power}.`,
    );
  const { commandId, script } = body as { readonly commandId: string; readonly script?: readonly string[] };
  if (commandId !== "RunShellScript")
    throw new ArmError(
      400,
      "InvalidParameter",
      `The value of parameter commandId is invalid: '${commandId}' is not RunShellScript.`,
    );
  const text = (script ?? []).join("\n");
  const act = async (): Promise<object> => {
    const output = await runScript(machine, text);
    return {
      value: [
        {
          code: "ProvisioningState/succeeded",
          level: "Info",
          displayStatus: "Provisioning succeeded",
          message: `Enable succeeded: \n[stdout]\n${output.stdout}\n[stderr]\n${output.stderr}`,
        },
      ],
    };
  };
  const operation = operate(cloud, cloud.settings.durations.runCommand, fault, { act });
  return { operation };
}

/** Scripts that read host keys are answered from the machine's own; others need a body to run in. */
async function runScript(machine: Machine, script: string): Promise<{ stdout: string; stderr: string }> {
  if (/ssh_host_\w*key\S*\.pub|ssh-keyscan/.test(script))
    return { stdout: machine.hostKeys.map((key) => `${key}\n`).join(""), stderr: "" };
  return (await machine.backed?.run(script)) ?? { stdout: "", stderr: "" };
}
