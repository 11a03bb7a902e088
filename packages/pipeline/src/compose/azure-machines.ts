import type { MachineProvider } from "@universe-optimize/cloud-vm";
import type { StateStore } from "@universe-optimize/state-store";
import type { Config } from "../config/config.ts";
import type { MachineNotices } from "../machine/machine-notices.ts";
import { adapterMemory } from "./memory.ts";

/** Virtual machines in Azure, as the configuration wants them; without a store nothing is remembered. Loads the SDK. */
export async function azureMachines(
  { machines }: Config,
  store: StateStore | null,
  notices: MachineNotices,
): Promise<MachineProvider> {
  const { azureProvider } = await import("@universe-optimize/cloud-vm/azure");
  const { azure, ttlHours } = machines;
  return azureProvider({
    subscriptionId: azure.subscriptionId ?? "",
    resourceGroup: azure.resourceGroup,
    location: azure.location,
    size: azure.size,
    diskGiB: azure.diskGiB,
    adminUsername: azure.adminUsername,
    resourceManagerUrl: azure.resourceManagerUrl,
    pricesUrl: azure.retailPricesUrl,
    orchestratorIp: azure.orchestratorIp,
    ...(azure.publicAddressUrl === null ? {} : { addressServices: [azure.publicAddressUrl] }),
    sshPort: azure.sshPort,
    hostKey: azure.hostKey,
    fallbacks: azure.fallbacks,
    spot: azure.spot,
    network: azure.network.mode,
    subnetId: azure.network.subnetId,
    scaleSet: azure.scaleSet === null ? null : { name: azure.scaleSet },
    ...(azure.owner === null ? {} : { owner: azure.owner }),
    ttlHours,
    pollIntervalMs: azure.pollSeconds * 1000,
    ...(store === null ? {} : { memory: adapterMemory(store, "azure") }),
    onEvent: ({ machine, message }) => notices.tell(machine, message),
  });
}
