import type { ProviderCheck } from "../provider.ts";
import { kindOf, readArmFailure } from "./arm-errors.ts";
import { finish, pollOptions, type Azure } from "./azure.ts";

// Nothing has this name: a change or removal of it changes nothing.
const NOBODY = "universe-optimize-doctor-probe";

/**
 * Tries what a creation and a removal need on something that does not exist: Azure checks the right first, and answers 403 without
 * it, 404 or 204 with it.
 */
export async function diagnoseRole(azure: Azure, signal?: AbortSignal): Promise<ProviderCheck> {
  const { clients, settings } = azure;
  const { compute, network, resources } = clients;
  const group = settings.resourceGroup;
  const options = pollOptions(azure, signal);
  const tags = {};
  const probes: Readonly<Record<string, () => Promise<unknown>>> = {
    "Microsoft.Compute/virtualMachines/write": () =>
      finish(compute.virtualMachines.update(group, NOBODY, { tags }, options), signal),
    "Microsoft.Compute/virtualMachines/delete": () =>
      finish(compute.virtualMachines.delete(group, NOBODY, options), signal),
    "Microsoft.Compute/disks/write": () =>
      finish(compute.disks.update(group, NOBODY, { tags }, options), signal),
    "Microsoft.Compute/disks/delete": () => finish(compute.disks.delete(group, NOBODY, options), signal),
    "Microsoft.Network/networkInterfaces/write": () =>
      network.networkInterfaces.updateTags(group, NOBODY, { tags }, options),
    "Microsoft.Network/networkInterfaces/delete": () =>
      finish(network.networkInterfaces.delete(group, NOBODY, options), signal),
    ...(settings.network === "private"
      ? {}
      : {
          "Microsoft.Network/publicIPAddresses/write": () =>
            network.publicIPAddresses.updateTags(group, NOBODY, { tags }, options),
          "Microsoft.Network/publicIPAddresses/delete": () =>
            finish(network.publicIPAddresses.delete(group, NOBODY, options), signal),
        }),
    "Microsoft.Network/networkSecurityGroups/write": () =>
      network.networkSecurityGroups.updateTags(group, NOBODY, { tags }, options),
    ...(settings.subnetId === null
      ? {
          "Microsoft.Network/virtualNetworks/write": () =>
            network.virtualNetworks.updateTags(group, NOBODY, { tags }, options),
        }
      : {}),
    ...(settings.scaleSet === null
      ? {}
      : {
          "Microsoft.Compute/virtualMachineScaleSets/write": () =>
            finish(compute.virtualMachineScaleSets.update(group, NOBODY, { tags }, options), signal),
        }),
  };
  const missing = (
    await Promise.all(
      Object.entries(probes).map(async ([action, probe]) => ((await isForbidden(probe)) ? [action] : [])),
    )
  ).flat();
  // Making the group is needed only where there is none.
  const groupMissing = await isGone(async () => await resources.resourceGroups.get(group, options));
  if (
    groupMissing &&
    (await isForbidden(async () => await resources.resourceGroups.update(NOBODY, { tags })))
  )
    missing.push("Microsoft.Resources/subscriptions/resourceGroups/write");
  if (missing.length === 0)
    return { name: "role", state: "good", message: `may create and remove machines in ${group}` };
  return {
    name: "role",
    state: "bad",
    message: `${missing.join(", ")} ${missing.length === 1 ? "is" : "are"} not allowed in ${group}: ask for the role Contributor there ('az role assignment create --role Contributor --scope /subscriptions/${settings.subscriptionId}/resourceGroups/${group}')${groupMissing ? ", and have the group made first" : ""}`,
  };
}

async function isForbidden(probe: () => Promise<unknown>): Promise<boolean> {
  try {
    await probe();
    return false;
  } catch (error) {
    const failure = readArmFailure(error);
    if (failure === null) throw error;
    const kind = kindOf(failure);
    if (kind === "forbidden") return true;
    if (failure.status === 404) return false;
    throw error;
  }
}

async function isGone(get: () => Promise<unknown>): Promise<boolean> {
  try {
    await get();
    return false;
  } catch (error) {
    return readArmFailure(error)?.status === 404;
  }
}
