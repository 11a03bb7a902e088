import { ArmError } from "../arm-error.ts";
import { view } from "../world.ts";
import { checkIdle, erase, type Kind, write } from "./kind.ts";
import { holderOf, PUBLIC_IP } from "./nic-properties.ts";
import { checkUsage } from "./quota.ts";

export const publicIpAddresses: Kind = {
  type: PUBLIC_IP,
  newestVersion: "2026-01-01",
  put(cloud, request) {
    checkIdle(request.existing);
    const { body, existing } = request;
    const sku = (body.sku as { name?: string } | undefined)?.name ?? "Basic";
    const method = body.properties?.["publicIPAllocationMethod"] ?? "Dynamic";
    if (sku === "Basic")
      throw new ArmError(
        400,
        "IPv4BasicSkuPublicIpCountLimitReached",
        "Cannot create more than 0 IPv4 Basic SKU public IP addresses for this subscription in this region.",
      );
    if (method !== "Static")
      throw new ArmError(
        400,
        "StandardSkuPublicIPAddressesMustBeStatic",
        `Standard sku publicIp ${cloud.world.idOf(request.group.name, PUBLIC_IP, request.names)} must use static allocation.`,
      );
    if (existing === undefined) checkUsage(cloud, body.location ?? "", "PublicIPAddresses", 1);
    return write(cloud, request, {
      type: PUBLIC_IP,
      properties: {
        publicIPAddressVersion: "IPv4",
        idleTimeoutInMinutes: 4,
        ...body.properties,
        ipAddress: existing?.properties["ipAddress"] ?? cloud.machines.nextAddress(),
      },
      durationMs: cloud.settings.durations.network,
    });
  },
  remove(cloud, publicIp, fault) {
    const holder = holderOf(cloud, publicIp);
    if (holder !== null)
      throw new ArmError(
        400,
        "PublicIPAddressCannotBeDeleted",
        `Public IP address ${publicIp.id} can not be deleted since it is still allocated to resource ${holder.configuration.id}. In order to delete the public IP, disassociate/detach the Public IP address from the resource.`,
      );
    if (publicIp.provisioningState !== "Deleting") checkIdle(publicIp);
    return erase(cloud, publicIp, cloud.settings.durations.network, fault);
  },
  view(cloud, publicIp) {
    const holder = holderOf(cloud, publicIp);
    const deleteOption = holder?.configuration.properties.publicIPAddress?.properties?.deleteOption;
    return view(publicIp, {
      ...(holder === null ? {} : { ipConfiguration: { id: holder.configuration.id } }),
      ...(deleteOption === undefined ? {} : { deleteOption }),
    });
  },
  actions: {},
};
