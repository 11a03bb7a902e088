import { ArmError } from "../arm-error.ts";
import { type Resource, view } from "../world.ts";
import { checkIdle, type Cloud, erase, type Kind, sameId, write } from "./kind.ts";
import { DISK, type DiskReference, VM, type VmProperties } from "./vm-properties.ts";

/** The VM that has the disk; undefined: none. */
function vmOfDisk(cloud: Cloud, disk: Resource): Resource<VmProperties> | undefined {
  return cloud.world
    .all<VmProperties>(VM)
    .find((vm) => disksOf(vm).some((one) => sameId(one.managedDisk?.id, disk.id)));
}

export function disksOf(vm: Resource<VmProperties>): readonly DiskReference[] {
  const { osDisk, dataDisks } = vm.properties.storageProfile;
  return [osDisk, ...(dataDisks ?? [])];
}

export const disks: Kind = {
  type: DISK,
  newestVersion: "2026-03-02",
  put(cloud, request) {
    checkIdle(request.existing);
    const creation = request.body.properties?.["creationData"] as { readonly createOption: string };
    const size = request.body.properties?.["diskSizeGB"];
    if (creation.createOption === "Empty" && typeof size !== "number")
      throw new ArmError(400, "InvalidParameter", "Required parameter 'disk.diskSizeGB' is missing (null).");
    return write(cloud, request, {
      type: DISK,
      properties: {
        ...request.body.properties,
        timeCreated: request.existing?.properties["timeCreated"] ?? new Date().toISOString(),
      },
      durationMs: cloud.settings.durations.disk,
    });
  },
  remove(cloud, disk, fault) {
    const vm = vmOfDisk(cloud, disk);
    if (vm !== undefined)
      throw new ArmError(
        409,
        "OperationNotAllowed",
        `Disk ${disk.name} is attached to VM ${vm.id}. Only disks which are not attached to a VM can be deleted.`,
      );
    return erase(cloud, disk, cloud.settings.durations.disk, fault);
  },
  view(cloud, disk) {
    const vm = vmOfDisk(cloud, disk);
    const power = vm === undefined ? undefined : cloud.machines.get(vm.id)?.power;
    const diskState = vm === undefined ? "Unattached" : power === "deallocated" ? "Reserved" : "Attached";
    return { ...view(disk, { diskState }), ...(vm === undefined ? {} : { managedBy: vm.id }) };
  },
  actions: {},
};
