import type { Strike } from "../faults.ts";
import type { Operation } from "../operations.ts";
import type { Resource } from "../world.ts";
import { disksOf } from "./disks.ts";
import { type Cloud, operate, sameId } from "./kind.ts";
import type { NicProperties } from "./nic-properties.ts";
import type { VmProperties } from "./vm-properties.ts";

/** Removes a VM, then whatever its `deleteOption`s say; the rest is left behind, unattached. */
export function removeVm(cloud: Cloud, vm: Resource<VmProperties>, fault: Strike | null): Operation {
  const key = vm.id.toLowerCase();
  const running = cloud.deletions.get(key);
  if (running !== undefined) return running;
  const before = vm.provisioningState;
  vm.provisioningState = "Deleting";
  const operation = operate(cloud, cloud.settings.durations.deleteVm, fault, {
    failed: () => {
      cloud.deletions.delete(key);
      vm.provisioningState = before === "Creating" ? "Failed" : before;
    },
    act: async () => {
      await eraseVm(cloud, vm);
      cloud.deletions.delete(key);
    },
  });
  cloud.deletions.set(key, operation);
  return operation;
}

/** Removes it now: at the end of a deletion, or by an eviction. */
export async function eraseVm(cloud: Cloud, vm: Resource<VmProperties>): Promise<void> {
  const machine = cloud.machines.get(vm.id);
  vm.provisioningState = "Deleting";
  await machine?.backed?.destroy();
  cloud.machines.delete(vm.id);
  cloud.world.remove(vm);
  for (const disk of disksOf(vm)) {
    const resource = disk.managedDisk?.id === undefined ? undefined : cloud.world.find(disk.managedDisk.id);
    if (disk.deleteOption === "Delete" && resource !== undefined) cloud.world.remove(resource);
  }
  for (const reference of vm.properties.networkProfile?.networkInterfaces ?? []) {
    const nic = cloud.world.find<NicProperties>(reference.id);
    if (nic === undefined || !sameId(nic.properties.virtualMachine?.id, vm.id)) continue;
    delete nic.properties.virtualMachine;
    // Azure's main leak: a NIC that is reserved after a failed creation does not go with its VM.
    if (reference.properties?.deleteOption !== "Delete" || cloud.machines.reservationOf(nic.id) !== null)
      continue;
    cloud.world.remove(nic);
    for (const { properties } of nic.properties.ipConfigurations) {
      const publicIp = properties.publicIPAddress;
      if (publicIp?.properties?.deleteOption !== "Delete") continue;
      const resource = cloud.world.find(publicIp.id);
      if (resource !== undefined) cloud.world.remove(resource);
    }
  }
}
