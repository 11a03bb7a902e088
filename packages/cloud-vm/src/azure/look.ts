import type { Disk, VirtualMachine } from "@azure/arm-compute";
import type { NetworkInterface, PublicIPAddress } from "@azure/arm-network";
import { isNotFound } from "./arm-errors.ts";
import { abortOption, type Azure } from "./azure.ts";
import { machineNames } from "./names.ts";

/** Resolves with null when Azure says that there is no such thing, and with nothing else on doubt. */
async function orNull<T>(asked: Promise<T>): Promise<T | null> {
  try {
    return await asked;
  } catch (error) {
    if (isNotFound(error)) return null;
    throw error;
  }
}

/** The VM with its instance view, asked by name: lists lag. */
export async function lookAtVm(
  { clients, settings }: Azure,
  machine: string,
  signal?: AbortSignal,
): Promise<VirtualMachine | null> {
  return await orNull(
    clients.compute.virtualMachines.get(settings.resourceGroup, machineNames(machine).vm, {
      expand: "instanceView",
      ...abortOption(signal),
    }),
  );
}

export async function lookAtNic(
  { clients, settings }: Azure,
  machine: string,
  signal?: AbortSignal,
): Promise<NetworkInterface | null> {
  return await orNull(
    clients.network.networkInterfaces.get(
      settings.resourceGroup,
      machineNames(machine).nic,
      abortOption(signal),
    ),
  );
}

export async function lookAtAddress(
  { clients, settings }: Azure,
  machine: string,
  signal?: AbortSignal,
): Promise<PublicIPAddress | null> {
  return await orNull(
    clients.network.publicIPAddresses.get(
      settings.resourceGroup,
      machineNames(machine).address,
      abortOption(signal),
    ),
  );
}

export async function lookAtDisk(
  { clients, settings }: Azure,
  machine: string,
  signal?: AbortSignal,
): Promise<Disk | null> {
  return await orNull(
    clients.compute.disks.get(settings.resourceGroup, machineNames(machine).disk, abortOption(signal)),
  );
}

/** Where the orchestrator reaches the machine; null: it has no address yet. */
export async function addressOf(azure: Azure, machine: string, signal?: AbortSignal): Promise<string | null> {
  if (azure.settings.network === "public")
    return (await lookAtAddress(azure, machine, signal))?.ipAddress ?? null;
  const nic = await lookAtNic(azure, machine, signal);
  return nic?.ipConfigurations?.[0]?.privateIPAddress ?? null;
}
