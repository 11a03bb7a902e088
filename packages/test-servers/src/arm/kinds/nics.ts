import { ArmError } from "../arm-error.ts";
import { type Resource, view } from "../world.ts";
import { type Cloud, checkIdle, checkProvisioned, erase, type Kind, sameId, write } from "./kind.ts";
import { holderOf, type IpConfiguration, NIC, type NicProperties } from "./nic-properties.ts";

export const networkInterfaces: Kind = {
  type: NIC,
  newestVersion: "2026-01-01",
  put(cloud, request) {
    checkIdle(request.existing);
    const id = cloud.world.idOf(request.group.name, NIC, request.names);
    const body = (request.body.properties ?? {}) as NicProperties;
    const location = request.body.location ?? request.group.location;
    const before = (request.existing as Resource<NicProperties> | undefined)?.properties;
    const references = [body.networkSecurityGroup?.id].concat(
      body.ipConfigurations.flatMap(({ properties }) => [
        properties.subnet?.id,
        properties.publicIPAddress?.id,
      ]),
    );
    for (const reference of references)
      if (reference !== undefined) checkReference(cloud, reference, id, location);
    const ipConfigurations = body.ipConfigurations.map((configuration): IpConfiguration => {
      checkFree(cloud, configuration, id);
      const old = before?.ipConfigurations.find(({ name }) => name === configuration.name);
      return {
        id: `${id}/ipConfigurations/${configuration.name}`,
        name: configuration.name,
        properties: {
          primary: body.ipConfigurations.length === 1,
          privateIPAllocationMethod: "Dynamic",
          ...configuration.properties,
          privateIPAddress:
            configuration.properties.privateIPAddress ??
            old?.properties.privateIPAddress ??
            cloud.machines.nextPrivateAddress(),
        },
      };
    });
    return write(cloud, request, {
      type: NIC,
      properties: {
        ...body,
        ...(before?.virtualMachine === undefined ? {} : { virtualMachine: before.virtualMachine }),
        ipConfigurations,
      },
      durationMs: cloud.settings.durations.network,
    });
  },
  remove(cloud, resource, fault) {
    const nic = resource as Resource<NicProperties>;
    const holder = nic.properties.virtualMachine?.id;
    if (holder !== undefined)
      throw new ArmError(
        400,
        "NicInUse",
        `Network Interface ${nic.id} is used by existing resource ${holder}. In order to delete the network interface, it must be dissociated from the resource.`,
      );
    checkReservation(cloud, nic, null);
    if (nic.provisioningState !== "Deleting") checkIdle(resource);
    return erase(cloud, resource, cloud.settings.durations.network, fault);
  },
  view: (_cloud, nic) => view(nic),
  actions: {},
};

/** Refuses a NIC that Azure keeps for a VM whose creation failed. */
export function checkReservation(cloud: Cloud, nic: Resource<NicProperties>, vmId: string | null): void {
  const reservation = cloud.machines.reservationOf(nic.id);
  if (reservation === null || sameId(reservation.vmId, vmId ?? "")) return;
  throw new ArmError(
    400,
    "NicReservedForAnotherVm",
    `Nic(s) in request is reserved for another Virtual Machine for 180 seconds. Please provide another nic(s) or retry after 180 seconds. Reserved VM: ${reservation.vmId}`,
  );
}

function checkReference(cloud: Cloud, reference: string, by: string, location: string): void {
  const target = cloud.world.refer(reference, by);
  if (target.location !== location.toLowerCase().replaceAll(" ", ""))
    throw new ArmError(
      400,
      "InvalidResourceReference",
      `Resource ${reference} referenced by resource ${by} was not found. Please make sure that the referenced resource exists, and that both resources are in the same region.`,
    );
  checkProvisioned(target, by);
}

function checkFree(cloud: Cloud, configuration: IpConfiguration, nicId: string): void {
  const id = configuration.properties.publicIPAddress?.id;
  if (id === undefined) return;
  const holder = holderOf(cloud, cloud.world.refer(id, nicId));
  if (holder === null || sameId(holder.nic.id, nicId)) return;
  throw new ArmError(
    400,
    "PublicIPAddressInUse",
    `Resource ${nicId} is referencing public IP address ${id} that is already allocated to resource ${holder.configuration.id}.`,
  );
}
