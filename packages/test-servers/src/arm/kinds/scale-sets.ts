import { ArmError } from "../arm-error.ts";
import { type Resource, view } from "../world.ts";
import { checkIdle, type Cloud, erase, type Kind, sameId, write } from "./kind.ts";
import { SCALE_SET, VM, type VmProperties } from "./vm-properties.ts";

const MOST_MEMBERS = 1000;

function membersOf(cloud: Cloud, scaleSet: Resource): Resource<VmProperties>[] {
  return cloud.world
    .all<VmProperties>(VM)
    .filter((vm) => sameId(vm.properties.virtualMachineScaleSet?.id, scaleSet.id));
}

export const scaleSets: Kind = {
  type: SCALE_SET,
  newestVersion: "2026-04-01",
  put(cloud, request) {
    checkIdle(request.existing);
    const properties: Record<string, unknown> = request.body.properties ?? {};
    const mode = properties["orchestrationMode"] ?? "Flexible";
    if (mode !== "Flexible")
      throw new ArmError(
        400,
        "InvalidParameter",
        "This emulator has only scale sets with properties.orchestrationMode 'Flexible': set it.",
      );
    if (typeof properties["platformFaultDomainCount"] !== "number")
      throw new ArmError(
        400,
        "InvalidParameter",
        "The value of parameter platformFaultDomainCount is invalid: it must be given for orchestrationMode Flexible.",
      );
    const before = request.existing;
    if (before !== undefined && JSON.stringify(before.zones) !== JSON.stringify(request.body.zones ?? null))
      throw new ArmError(409, "PropertyChangeNotAllowed", "Changing property 'zones' is not allowed.");
    return write(cloud, request, {
      type: SCALE_SET,
      properties: { ...properties, orchestrationMode: "Flexible" },
      durationMs: cloud.settings.durations.network,
    });
  },
  remove(cloud, scaleSet, fault, query) {
    const members = membersOf(cloud, scaleSet);
    if (members.length > 0 && query.get("forceDeletion") !== "true")
      throw new ArmError(
        409,
        "OperationNotAllowed",
        `Cannot delete Virtual Machine Scale Set ${scaleSet.name}: it has ${members.length} virtual machines. Delete them first.`,
      );
    return erase(cloud, scaleSet, cloud.settings.durations.network, fault);
  },
  view: (_cloud, scaleSet) => view(scaleSet),
  actions: {},
};

/** Refuses a VM that may not become a member. */
export function checkMembership(
  cloud: Cloud,
  reference: string,
  vm: {
    readonly id: string;
    readonly location: string;
    readonly group: string;
    readonly zones: readonly string[] | null;
  },
): void {
  const scaleSet = cloud.world.refer(reference, vm.id);
  if (!sameId(scaleSet.group, vm.group))
    throw new ArmError(
      400,
      "InvalidParameter",
      `The virtual machine and the virtual machine scale set ${reference} must be in the same resource group.`,
    );
  if (scaleSet.location !== vm.location)
    throw new ArmError(400, "InvalidParameter", `The scale set ${reference} is in ${scaleSet.location}.`);
  if (scaleSet.properties["singlePlacementGroup"] !== false)
    throw new ArmError(
      400,
      "InvalidParameter",
      `Virtual machines can be attached to a scale set only with properties.singlePlacementGroup false; ${reference} does not say so.`,
    );
  const zones = scaleSet.zones ?? [];
  const fits = vm.zones === null ? zones.length === 0 : vm.zones.every((zone) => zones.includes(zone));
  if (!fits)
    throw new ArmError(
      400,
      "InvalidParameter",
      `The zones of the virtual machine (${vm.zones?.join(", ") ?? "none"}) do not match those of the scale set (${zones.join(", ") || "none"}).`,
    );
  if (membersOf(cloud, scaleSet).length >= MOST_MEMBERS)
    throw new ArmError(
      409,
      "OperationNotAllowed",
      `The scale set ${reference} holds ${MOST_MEMBERS} virtual machines already.`,
    );
}
