import type { VirtualMachine } from "@azure/arm-compute";
import type { Machine, MachinePlacement, MachineState } from "../machine.ts";
import { ownTags, requestTags } from "./azure-tags.ts";
import type { AzureSettings } from "./settings.ts";

/** What Azure says of a VM, in few words. */
export interface VmFacts {
  readonly provisioning: "creating" | "succeeded" | "failed" | "deleting";
  /** `AllocationFailed`, `OSProvisioningTimedOut` …; null unless failed, or unknown. */
  readonly failure: { readonly code: string; readonly message: string } | null;
  /** null: the instance view was not asked for, or says nothing. */
  readonly power: "starting" | "running" | "stopping" | "stopped" | "deallocating" | "deallocated" | null;
  readonly evicted: boolean;
  readonly placement: MachinePlacement;
}

export function vmFacts(vm: VirtualMachine): VmFacts {
  const statuses = vm.instanceView?.statuses ?? [];
  const failed = statuses.find(({ code }) => /^ProvisioningState\/failed\//i.test(code ?? ""));
  const state = vm.provisioningState?.toLowerCase() ?? "";
  const power = powerOf(statuses.map(({ code }) => code ?? ""));
  const spot = vm.priority === "Spot";
  return {
    provisioning: state.startsWith("delet")
      ? "deleting"
      : /^(?:failed|canceled)$/.test(state)
        ? "failed"
        : state === "succeeded"
          ? "succeeded"
          : power === "running" && state === "updating"
            ? "succeeded"
            : "creating",
    failure:
      failed === undefined
        ? null
        : {
            code: failed.code?.split("/")[2] ?? "",
            message: failed.message ?? failed.displayStatus ?? "",
          },
    power,
    // Azure tells an eviction in no other way; nobody here deallocates machines.
    evicted: spot && (power === "deallocated" || power === "deallocating"),
    placement: {
      size: vm.hardwareProfile?.vmSize ?? "",
      region: vm.location.toLowerCase().replaceAll(" ", ""),
      zone: vm.zones?.[0] ?? null,
      spot,
    },
  };
}

const POWERS = ["starting", "running", "stopping", "stopped", "deallocating", "deallocated"] as const;

function powerOf(codes: readonly string[]): VmFacts["power"] {
  const code = codes.find((one) => one.startsWith("PowerState/"))?.toLowerCase();
  return POWERS.find((power) => code === `powerstate/${power}`) ?? null;
}

/** The machine as the port describes it. @param address null: it has none yet, or none was found */
export function toMachine(
  vm: VirtualMachine,
  address: string | null,
  settings: Pick<AzureSettings, "sshPort">,
): Machine {
  const facts = vmFacts(vm);
  const own = ownTags(vm.tags);
  const state = stateOf(facts);
  const isReady = state === "running" && address !== null && own.hostKey !== null;
  return {
    name: vm.name ?? own.machine ?? "",
    id: vm.id ?? "",
    provider: "azure",
    state: state === "running" && !isReady ? "creating" : state,
    createdAt: vm.timeCreated ?? own.createdAt ?? new Date(0),
    tags: requestTags(vm.tags),
    ssh: isReady
      ? {
          host: address,
          port: settings.sshPort,
          username: vm.osProfile?.adminUsername ?? "",
          hostKeys: [own.hostKey],
          home: null,
        }
      : null,
    ...(facts.evicted ? { evicted: true } : {}),
    placement: facts.placement,
  };
}

function stateOf({ provisioning, power, failure }: VmFacts): MachineState {
  if (provisioning === "deleting") return "deleting";
  switch (power) {
    case "stopping":
    case "stopped":
    case "deallocating":
    case "deallocated":
      return "stopped";
    case "running":
    case "starting":
    case null:
      break;
  }
  // Azure gave up waiting for its agent, which says nothing about the system.
  if (provisioning === "failed")
    return power === "running" || failure?.code === "OSProvisioningTimedOut" ? "running" : "stopped";
  return provisioning === "succeeded" && power !== "starting" ? "running" : "creating";
}
