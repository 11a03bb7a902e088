import type { NetworkRemoval } from "../provider.ts";
import { isNotFound, kindOf, readArmFailure } from "./arm-errors.ts";
import { finish, growingPauses, pause, pollOptions, tell, type Azure } from "./azure.ts";
import { sharedNames } from "./names.ts";
import { withUrgency } from "./rate-gate-policy.ts";

const TRIES = 8;

/**
 * Removes networks, security groups and scale sets of ours, and then the resource group when this package made it and it is
 * empty. What a machine still uses stays, and is named: Azure itself refuses to remove it.
 */
export async function destroyNetwork(azure: Azure, signal?: AbortSignal): Promise<NetworkRemoval> {
  const removed: string[] = [];
  const kept: { id: string; reason: string }[] = [];
  await withUrgency(async () => {
    const { clients, settings } = azure;
    const group = settings.resourceGroup;
    const options = pollOptions(azure, signal);
    const { compute, network, resources } = clients;
    const remove = async (id: string, act: () => Promise<unknown>): Promise<void> => {
      const reason = await removeOrSayWhy(azure, act, signal);
      if (reason === null) removed.push(id);
      else kept.push({ id, reason });
    };

    const [scaleSets, networks, securityGroups] = await Promise.all([
      ours(compute.virtualMachineScaleSets.list(group)),
      ours(network.virtualNetworks.list(group)),
      ours(network.networkSecurityGroups.list(group)),
    ]);
    // Lists lag: what this configuration makes is removed by its name, whether it is listed or not.
    const regions = [settings.location, ...settings.fallbacks.regions];
    const names = (listed: readonly string[], ofRegion: (region: string) => string | null): string[] => [
      ...new Set([...listed, ...regions.flatMap((region) => ofRegion(region) ?? [])]),
    ];
    for (const name of names(networks, (region) => sharedNames(region).network))
      if (await isOurs(() => network.virtualNetworks.get(group, name)))
        await remove(name, () => finish(network.virtualNetworks.delete(group, name, options), signal));
    for (const name of names(securityGroups, (region) => sharedNames(region).securityGroup))
      if (await isOurs(() => network.networkSecurityGroups.get(group, name)))
        await remove(name, () => finish(network.networkSecurityGroups.delete(group, name, options), signal));
    // Removing a scale set takes its machines along: only when nothing uses the networks is there none in it.
    for (const name of names(scaleSets, (region) =>
      settings.scaleSet === null ? null : `${settings.scaleSet.name}-${region}`,
    )) {
      if (!(await isOurs(async () => await compute.virtualMachineScaleSets.get(group, name)))) continue;
      if (kept.length > 0) kept.push({ id: name, reason: "machines may be in it" });
      else
        await remove(
          name,
          async () => await finish(compute.virtualMachineScaleSets.delete(group, name, options), signal),
        );
    }

    azure.shared.forget();
    if (kept.length > 0 || !(await isOurs(() => resources.resourceGroups.get(group)))) return;
    for await (const resource of resources.resources.listByResourceGroup(group)) {
      kept.push({ id: group, reason: `${resource.type} ${resource.name} is in it` });
      return;
    }
    await remove(group, () => finish(resources.resourceGroups.delete(group, options), signal));
  });
  for (const id of removed) tell(azure, "network_changed", null, `${id} is removed`);
  return { removed, kept };
}

async function ours(
  pages: AsyncIterable<{ readonly name?: string; readonly tags?: Record<string, string> }>,
): Promise<string[]> {
  const names: string[] = [];
  try {
    for await (const { name, tags } of pages)
      if (name !== undefined && tags?.["uo-shared"] !== undefined) names.push(name);
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
  return names;
}

/** Whether it exists and carries our tag. */
async function isOurs(get: () => Promise<{ readonly tags?: Record<string, string> }>): Promise<boolean> {
  try {
    return (await get()).tags?.["uo-shared"] !== undefined;
  } catch (error) {
    if (isNotFound(error)) return false;
    throw error;
  }
}

/** null: it is gone. Otherwise why Azure keeps it. */
async function removeOrSayWhy(
  azure: Azure,
  act: () => Promise<unknown>,
  signal?: AbortSignal,
): Promise<string | null> {
  const nextPause = growingPauses(azure.settings.pollIntervalMs);
  for (let attempt = 1; ; attempt++) {
    try {
      await act();
      return null;
    } catch (error) {
      const failure = readArmFailure(error);
      if (failure === null) throw error;
      const kind = kindOf(failure);
      if (kind === "not_found") return null;
      if (/^InUse|CannotBeDeleted|InUse$|^OperationNotAllowed$/.test(failure.code))
        return `${failure.code}: ${failure.message}`;
      if (!["conflict", "throttled", "server", "unreachable"].includes(kind) || attempt >= TRIES) throw error;
      await pause(nextPause(), signal);
    }
  }
}
