import type { MachineTags } from "../machine.ts";
import type { OwnedResource } from "../sweep/owned-resource.ts";
import { hasTags } from "../tags.ts";
import { isNotFound } from "./arm-errors.ts";
import { ownTags, requestTags } from "./azure-tags.ts";
import { abortOption, type Azure } from "./azure.ts";
import { lastSegment } from "./names.ts";

interface Listed {
  readonly id?: string;
  readonly name?: string;
  readonly tags?: Record<string, string>;
  readonly timeCreated?: Date;
  readonly managedBy?: string;
}

/** Everything of ours in the resource group that carries these tags: four lists, whatever the number. */
export async function ownedResources(
  { clients, settings }: Azure,
  tags: MachineTags,
  signal?: AbortSignal,
): Promise<OwnedResource[]> {
  const group = settings.resourceGroup;
  const options = abortOption(signal);
  const [machines, nics, addresses, disks] = await Promise.all([
    all(clients.compute.virtualMachines.list(group, options)),
    all(clients.network.networkInterfaces.list(group, options)),
    all(clients.network.publicIPAddresses.list(group, options)),
    all(clients.compute.disks.listByResourceGroup(group, options)),
  ]);
  const found = [
    ...read(machines, "machine", tags),
    ...read(nics, "interface", tags),
    ...read(addresses, "address", tags),
    ...read(disks, "disk", tags),
  ];
  return [...found, ...untaggedDisks(disks, found)];
}

/** Resolves with nothing when the group does not exist. */
async function all(pages: AsyncIterable<Listed>): Promise<Listed[]> {
  const items: Listed[] = [];
  try {
    for await (const item of pages) items.push(item);
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
  return items;
}

function read(items: readonly Listed[], kind: OwnedResource["kind"], wanted: MachineTags): OwnedResource[] {
  return items.flatMap((item) => {
    const own = ownTags(item.tags);
    const tags = requestTags(item.tags);
    if (own.machine === null || !hasTags(tags, wanted)) return [];
    // Azure's own word on age, where it has one, cannot be edited.
    const createdAt = item.timeCreated ?? own.createdAt;
    return [{ id: item.id ?? "", kind, machine: own.machine, tags, createdAt, expiresAt: own.expiresAt }];
  });
}

/** A creation that was killed before it tagged its disk: the disk's name or holder says whose it is. */
function untaggedDisks(disks: readonly Listed[], found: readonly OwnedResource[]): OwnedResource[] {
  const siblings = new Map(found.map((resource) => [resource.machine, resource]));
  return disks.flatMap((disk) => {
    if (ownTags(disk.tags).machine !== null) return [];
    const name = lastSegment(disk.managedBy) ?? disk.name?.replace(/-os$/, "") ?? "";
    const sibling = siblings.get(name);
    if (sibling === undefined || disk.name !== `${name}-os`) return [];
    return [
      { ...sibling, id: disk.id ?? "", kind: "disk", createdAt: disk.timeCreated ?? sibling.createdAt },
    ];
  });
}
