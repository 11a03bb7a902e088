import type { VirtualMachine } from "@azure/arm-compute";
import { MachineError } from "../errors.ts";
import type { Machine, MachineRequest } from "../machine.ts";
import { sameTags } from "../tags.ts";
import { ownTags, requestTags } from "./azure-tags.ts";
import { finish, pause, pollOptions, tell, type Azure } from "./azure.ts";
import { build } from "./build.ts";
import { isBlockKind } from "./capacity-blocks.ts";
import { kindOf } from "./arm-errors.ts";
import { destroyMachine } from "./destroy.ts";
import { lookAtVm } from "./look.ts";
import { makeReady } from "./make-ready.ts";
import { placementText } from "./placements.ts";
import { vmFacts } from "./vm-facts.ts";

const MAX_ROUNDS = 12;

/**
 * Looks first, then makes: each round ends with the machine, or clears one thing out of the way. A machine that a killed or
 * timed-out call has left is found by its name, so there is never a second one.
 */
export async function createMachine(
  azure: Azure,
  request: MachineRequest,
  signal?: AbortSignal,
): Promise<Machine> {
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const vm = await lookAtVm(azure, request.name, signal);
    if (vm === null) {
      const built = await build(azure, request, signal);
      if (built !== null) return await makeReady(azure, request.name, built.vm, built.address, signal);
      continue; // somebody else was faster, or it is under way: look again
    }
    refuseOthers(vm, request);
    const machine = await adopt(azure, vm, request, signal);
    if (machine !== null) return machine;
  }
  throw new MachineError(
    "create_failed",
    `Machine ${request.name} changed under our hands ${MAX_ROUNDS} times. See that nobody else creates or destroys it, then create it again.`,
    { machine: request.name, provider: "azure", retryable: true },
  );
}

/** The machine, once it is ready; null: it was in the way, and is gone now. */
async function adopt(
  azure: Azure,
  first: VirtualMachine,
  request: MachineRequest,
  signal?: AbortSignal,
): Promise<Machine | null> {
  const { name } = request;
  let vm: VirtualMachine | null = first;
  let told = false;
  for (;;) {
    if (vm === null) return null;
    const { provisioning, failure, power, placement } = vmFacts(vm);
    if (provisioning === "deleting") {
      await destroyMachine(azure, name, signal);
      return null;
    }
    if (provisioning === "failed" && failure?.code !== "OSProvisioningTimedOut" && power !== "running") {
      await clearFailed(azure, vm, signal);
      return null;
    }
    if (power === "stopped" || power === "deallocated") {
      tell(azure, "creating", name, `machine ${name} is ${power}: starting it`);
      await finish(
        azure.clients.compute.virtualMachines.start(
          azure.settings.resourceGroup,
          name,
          pollOptions(azure, signal),
        ),
        signal,
      );
    } else if (failure?.code === "OSProvisioningTimedOut") {
      return await readyOrRemoved(azure, name, vm, signal);
    } else if (provisioning !== "creating" && (power === "running" || power === null)) {
      tell(azure, "adopted", name, `machine ${name} exists already: ${placementText(placement)}`);
      return await makeReady(azure, name, vm, null, signal);
    } else {
      if (!told) tell(azure, "waiting", name, `machine ${name} is ${power ?? provisioning}: waiting for it`);
      told = true;
      await pause(azure.settings.pollIntervalMs, signal);
    }
    vm = await lookAtVm(azure, name, signal);
  }
}

/** Azure has not heard of the machine's system in time: whether that runs, its SSH server tells. */
async function readyOrRemoved(
  azure: Azure,
  name: string,
  vm: VirtualMachine,
  signal?: AbortSignal,
): Promise<Machine> {
  try {
    return await makeReady(azure, name, vm, null, signal);
  } catch (error) {
    if (!(error instanceof MachineError) || error.code !== "unreachable") throw error;
    tell(azure, "cleaning_up", name, `machine ${name} never came up (OSProvisioningTimedOut): removing it`);
    await destroyMachine(azure, name, signal);
    throw new MachineError(
      "create_failed",
      `Machine ${name} did not come up: Azure gave up waiting for its system, and no SSH server answered. It is removed; create it again.`,
      {
        machine: name,
        provider: "azure",
        providerCode: "OSProvisioningTimedOut",
        retryable: true,
        cause: error,
      },
    );
  }
}

/** Removes a VM that Azure could not make, and remembers why. */
async function clearFailed(azure: Azure, vm: VirtualMachine, signal?: AbortSignal): Promise<void> {
  const { failure, placement } = vmFacts(vm);
  const code = failure?.code ?? "";
  const kind = kindOf({ code, message: failure?.message ?? "", status: null, retryAfterMs: null });
  if (isBlockKind(kind)) await azure.blocks.block(placement, kind, `${code}: ${failure?.message ?? ""}`);
  tell(
    azure,
    "cleaning_up",
    vm.name ?? null,
    `machine ${vm.name} could not be made (${code || "no reason given"}): removing what is left of it`,
  );
  await destroyMachine(azure, vm.name ?? "", signal);
}

function refuseOthers(vm: VirtualMachine, request: MachineRequest): void {
  const tags = requestTags(vm.tags);
  if (ownTags(vm.tags).machine !== request.name || !sameTags(tags, request.tags))
    throw new MachineError(
      "name_taken",
      `Machine ${request.name} exists with other tags: ${JSON.stringify(tags)}, not ${JSON.stringify(request.tags)}. Choose another name, or destroy it.`,
      { machine: request.name, provider: "azure" },
    );
  const keys = vm.osProfile?.linuxConfiguration?.ssh?.publicKeys?.map(({ keyData }) => keyBody(keyData));
  if (keys !== undefined && keys.length > 0 && !keys.includes(keyBody(request.authorizedKey)))
    throw new MachineError(
      "create_failed",
      `Machine ${request.name} lets in another key than the one given. Restore the campaign's key, or destroy the machine and create it again.`,
      { machine: request.name, provider: "azure", retryable: false },
    );
}

/** Without its comment, which Azure may leave out. */
function keyBody(line: string | undefined): string {
  return (line ?? "").trim().split(/\s+/).slice(0, 2).join(" ");
}
