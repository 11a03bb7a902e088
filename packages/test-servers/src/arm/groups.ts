import { ArmError } from "./arm-error.ts";
import type { Strike } from "./faults.ts";
import { type Body, type Cloud, normalize, operate } from "./kinds/kind.ts";
import { eraseVm } from "./kinds/remove-vm.ts";
import { VM, type VmProperties } from "./kinds/vm-properties.ts";
import type { Operation } from "./operations.ts";
import type { Group } from "./world.ts";

/** A group's name: 1-90 letters, digits, `_`, `-`, `.`, parentheses; no full stop at its end. */
const GROUP_NAME = /^[\p{L}\p{N}_().-]{0,89}[\p{L}\p{N}_()-]$/u;

export function groupView(group: Group): object {
  return {
    id: group.id,
    name: group.name,
    type: "Microsoft.Resources/resourceGroups",
    location: group.location,
    tags: group.tags,
    properties: { provisioningState: group.provisioningState },
  };
}

export function findGroup(cloud: Cloud, name: string): Group {
  const group = cloud.world.group(name);
  if (group !== undefined) return group;
  throw new ArmError(404, "ResourceGroupNotFound", `Resource group '${name}' could not be found.`);
}

/** The group to write in. */
export function openGroup(cloud: Cloud, name: string): Group {
  const group = findGroup(cloud, name);
  if (group.provisioningState !== "Deleting") return group;
  throw new ArmError(
    409,
    "ResourceGroupBeingDeleted",
    `The resource group '${group.name}' is in deprovisioning state and cannot perform this operation.`,
  );
}

export function putGroup(
  cloud: Cloud,
  name: string,
  body: Body,
): { readonly created: boolean; readonly group: Group } {
  if (!GROUP_NAME.test(name))
    throw new ArmError(
      400,
      "InvalidResourceGroup",
      `The provided resource group name '${name}' has these invalid characters or is too long. The name can only be a letter, digit, '-', '.', '(', ')' or '_'.`,
    );
  const location = normalize(body.location ?? "");
  const existing = cloud.world.group(name);
  if (existing !== undefined) {
    openGroup(cloud, name);
    if (existing.location !== location)
      throw new ArmError(
        409,
        "InvalidResourceGroupLocation",
        `Invalid resource group location '${location}'. The Resource group already exists in location '${existing.location}'.`,
      );
    existing.tags = body.tags ?? {};
    return { created: false, group: existing };
  }
  const group: Group = {
    id: `/subscriptions/${cloud.world.subscriptionId}/resourceGroups/${name}`,
    name,
    location,
    tags: body.tags ?? {},
    provisioningState: "Succeeded",
    createdAt: Date.now(),
  };
  cloud.world.groups.set(name.toLowerCase(), group);
  return { created: true, group };
}

/** Removes a group and all that is in it. */
export function removeGroup(cloud: Cloud, group: Group, fault: Strike | null): Operation {
  const key = group.id.toLowerCase();
  const running = cloud.deletions.get(key);
  if (running !== undefined) return running;
  group.provisioningState = "Deleting";
  const failed = (): void => {
    cloud.deletions.delete(key);
    group.provisioningState = "Succeeded";
  };
  const act = async (): Promise<void> => {
    cloud.deletions.delete(key);
    const inside = cloud.world.all().filter((one) => one.group.toLowerCase() === group.name.toLowerCase());
    await Promise.all(
      inside
        .filter(({ type }) => type === VM)
        .map((vm) => eraseVm(cloud, vm as typeof vm & { properties: VmProperties })),
    );
    for (const resource of inside) cloud.world.remove(resource);
    cloud.world.groups.delete(group.name.toLowerCase());
  };
  const operation = operate(cloud, cloud.settings.durations.deleteGroup, fault, { failed, act });
  cloud.deletions.set(key, operation);
  return operation;
}
