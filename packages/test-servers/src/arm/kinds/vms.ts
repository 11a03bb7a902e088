import { randomUUID } from "node:crypto";
import { ArmError } from "../arm-error.ts";
import type { Strike } from "../faults.ts";
import type { Machine } from "../machines.ts";
import type { Operation } from "../operations.ts";
import { type Resource, view } from "../world.ts";
import { checkNewVm, type NewVm } from "./check-vm.ts";
import { type Cloud, type Kind, operate, preempted, type PutOutcome, type PutRequest } from "./kind.ts";
import { bootVm } from "./boot-vm.ts";
import { removeVm } from "./remove-vm.ts";
import { instanceView, vmActions } from "./vm-actions.ts";
import { DISK, type DiskReference, VM, type VmProperties } from "./vm-properties.ts";

export const virtualMachines: Kind = {
  type: VM,
  newestVersion: "2026-04-01",
  put: (cloud, request) =>
    request.existing === undefined ? createVm(cloud, request) : updateVm(cloud, request, request.existing),
  remove: (cloud, vm, fault) => removeVm(cloud, vm as Resource<VmProperties>, fault),
  view(cloud, vm, query) {
    const { osProfile, ...properties } = vm.properties as VmProperties;
    const { customData: _data, adminPassword: _password, ...shown } = osProfile ?? {};
    const expanded = /instanceView/i.test(query.get("$expand") ?? "");
    return view(
      { ...vm, properties },
      {
        ...(osProfile === undefined ? {} : { osProfile: shown }),
        ...(expanded ? { instanceView: instanceView(cloud, vm) } : {}),
      },
    );
  },
  actions: vmActions,
};

function createVm(cloud: Cloud, request: PutRequest): PutOutcome {
  const asked = request.body.properties as unknown as VmProperties;
  const fresh: NewVm = {
    id: cloud.world.idOf(request.group.name, VM, request.names),
    name: request.names[0] ?? "",
    group: request.group.name,
    location: (request.body.location ?? "").toLowerCase().replaceAll(" ", ""),
    zones: request.body.zones ?? null,
    properties: asked,
  };
  const nics = checkNewVm(cloud, fresh);
  const vm = cloud.world.add<VmProperties>({
    name: fresh.name,
    names: request.names,
    type: VM,
    group: fresh.group,
    location: fresh.location,
    tags: request.body.tags ?? {},
    zones: fresh.zones,
    sku: undefined,
    properties: {
      ...asked,
      storageProfile: makeDisks(cloud, fresh),
      vmId: randomUUID(),
      timeCreated: new Date().toISOString(),
    },
    provisioningState: "Creating",
  });
  for (const nic of nics) nic.properties.virtualMachine = { id: vm.id };
  const machine: Machine = {
    power: "starting",
    failure: null,
    backed: null,
    hostKeys: [],
    creation: Promise.resolve(),
    asked: fingerprint(request.body),
  };
  cloud.machines.set(vm.id, machine);
  return { resource: vm, created: true, operation: provision(cloud, vm, machine, request.fault) };
}

/** Brings the VM up, or fails as the fault says; the VM stays, with its NICs and disks. */
function provision(
  cloud: Cloud,
  vm: Resource<VmProperties>,
  machine: Machine,
  fault: Strike | null,
): Operation {
  let ended = (): void => {};
  machine.creation = new Promise((resolve) => (ended = resolve));
  return operate(cloud, cloud.settings.durations.createVm, fault, {
    failed: (failure) => {
      if (vm.provisioningState !== "Deleting") fail(cloud, vm, machine, failure, fault?.comesUpAfterMs);
      ended();
    },
    act: async () => {
      try {
        checkStillThere(cloud, vm);
        await bootVm(cloud, vm, machine);
        checkStillThere(cloud, vm);
        vm.provisioningState = "Succeeded";
        machine.failure = null;
      } finally {
        ended();
      }
    },
  });
}

function checkStillThere(cloud: Cloud, vm: Resource<VmProperties>): void {
  if (vm.provisioningState !== "Deleting" && cloud.world.find(vm.id) === (vm as Resource)) return;
  throw preempted();
}

function fail(
  cloud: Cloud,
  vm: Resource<VmProperties>,
  machine: Machine,
  { code, message }: ArmError,
  comesUpAfterMs: number | undefined,
): void {
  vm.provisioningState = "Failed";
  machine.failure = { code, message };
  const until = Date.now() + cloud.settings.nicReservationMs;
  for (const { id } of vm.properties.networkProfile?.networkInterfaces ?? [])
    cloud.machines.reserve(id, { vmId: vm.id, until });
  if (comesUpAfterMs === undefined) {
    // Nothing was allocated: it costs nothing but its disks.
    machine.power = "unknown";
    cloud.world.bill(vm.id, false);
    return;
  }
  cloud.operations.later(comesUpAfterMs, async () => {
    if (cloud.world.find(vm.id) !== (vm as Resource) || vm.provisioningState === "Deleting") return;
    await bootVm(cloud, vm, machine);
    vm.provisioningState = "Succeeded";
    machine.failure = null;
  });
}

/** A repeated PUT: the same again is welcome, a change of what was fixed at creation is not. */
function updateVm(cloud: Cloud, request: PutRequest, existing: Resource): PutOutcome {
  const vm = existing as Resource<VmProperties>;
  const machine = cloud.machines.get(vm.id);
  if (machine === undefined || vm.provisioningState === "Deleting")
    throw new ArmError(
      409,
      "OperationNotAllowed",
      `Operation 'Update VM' is not allowed on VM '${vm.name}' since the VM is marked for deletion. You can only retry the Delete operation (or wait for an ongoing one to complete).`,
    );
  const changed = firstChange(JSON.parse(machine.asked), JSON.parse(fingerprint(request.body)));
  if (changed !== null)
    throw new ArmError(409, "PropertyChangeNotAllowed", `Changing property '${changed}' is not allowed.`);
  vm.tags = request.body.tags ?? {};
  if (vm.provisioningState === "Failed" && machine.power === "unknown") {
    vm.provisioningState = "Creating";
    machine.power = "starting";
    cloud.world.bill(vm.id, true);
    return { resource: existing, created: false, operation: provision(cloud, vm, machine, request.fault) };
  }
  const act = async (): Promise<void> => {
    await machine.creation;
    checkStillThere(cloud, vm);
    if (machine.failure !== null) throw new ArmError(409, machine.failure.code, machine.failure.message);
  };
  const operation = operate(cloud, cloud.settings.durations.power, request.fault, { act });
  return { resource: existing, created: false, operation };
}

/** What may not change afterwards, in a form to compare. */
function fingerprint(body: PutRequest["body"]): string {
  const { osProfile, storageProfile, networkProfile, priority, evictionPolicy, virtualMachineScaleSet } =
    body.properties as unknown as VmProperties;
  const { osDisk, imageReference } = storageProfile;
  return JSON.stringify({
    location: body.location?.toLowerCase().replaceAll(" ", ""),
    zones: body.zones ?? null,
    osProfile: osProfile ?? null,
    imageReference: imageReference ?? null,
    "osDisk.name": osDisk.name ?? null,
    networkInterfaces: networkProfile?.networkInterfaces?.map(({ id }) => id.toLowerCase()) ?? null,
    priority: priority ?? "Regular",
    evictionPolicy: evictionPolicy ?? null,
    virtualMachineScaleSet: virtualMachineScaleSet?.id.toLowerCase() ?? null,
  });
}

function firstChange(before: unknown, after: unknown, path = ""): string | null {
  if (typeof before !== "object" || typeof after !== "object" || before === null || after === null)
    return JSON.stringify(before) === JSON.stringify(after) ? null : path;
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  for (const name of names) {
    const change = firstChange(
      (before as Record<string, unknown>)[name],
      (after as Record<string, unknown>)[name],
      path === "" ? name : `${path}.${name}`,
    );
    if (change !== null) return change;
  }
  return null;
}

function makeDisks(cloud: Cloud, vm: NewVm): VmProperties["storageProfile"] {
  const { storageProfile } = vm.properties;
  const make = (disk: DiskReference, fallback: string, os: boolean): DiskReference => {
    if (disk.createOption === "Attach") return disk;
    const name = disk.name ?? fallback;
    const added = cloud.world.add({
      name,
      names: [name],
      type: DISK,
      group: vm.group,
      location: vm.location,
      // Nothing says that they inherit the VM's: whoever relies on that finds out here.
      tags: {},
      zones: vm.zones,
      sku: { name: disk.managedDisk?.storageAccountType ?? "Premium_LRS" },
      properties: {
        ...(os ? { osType: "Linux", hyperVGeneration: "V2" } : {}),
        creationData: { createOption: disk.createOption },
        diskSizeGB: disk.diskSizeGB ?? 30,
        timeCreated: new Date().toISOString(),
      },
      provisioningState: "Succeeded",
    });
    return {
      deleteOption: "Detach",
      ...disk,
      name,
      diskSizeGB: disk.diskSizeGB ?? 30,
      managedDisk: { storageAccountType: "Premium_LRS", ...disk.managedDisk, id: added.id },
    };
  };
  const suffix = randomUUID().replaceAll("-", "");
  return {
    ...storageProfile,
    osDisk: make(storageProfile.osDisk, `${vm.name}_OsDisk_1_${suffix}`, true),
    ...(storageProfile.dataDisks === undefined
      ? {}
      : {
          dataDisks: storageProfile.dataDisks.map((disk, index) =>
            make(disk, `${vm.name}_DataDisk_${index}_${suffix}`, false),
          ),
        }),
  };
}
