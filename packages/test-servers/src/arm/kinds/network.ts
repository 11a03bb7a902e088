import { ArmError } from "../arm-error.ts";
import { type Resource, view } from "../world.ts";
import { type Cloud, checkIdle, erase, type Kind, type PutRequest, sameId, write } from "./kind.ts";
import { type NicProperties, NIC } from "./nic-properties.ts";

const VERSION = "2026-01-01";
const VNET = "Microsoft.Network/virtualNetworks";
const SUBNET = "Microsoft.Network/virtualNetworks/subnets";

interface SubnetBody {
  readonly name: string;
  readonly properties?: Record<string, unknown>;
}

/** NICs with an address in the subnet. */
function usersOf(cloud: Cloud, subnet: Resource): Resource<NicProperties>[] {
  return cloud.world
    .all<NicProperties>(NIC)
    .filter((nic) =>
      nic.properties.ipConfigurations.some((one) => sameId(one.properties.subnet?.id, subnet.id)),
    );
}

function subnetsOf(cloud: Cloud, network: Resource): Resource[] {
  return cloud.world
    .all(SUBNET)
    .filter((subnet) => subnet.id.toLowerCase().startsWith(`${network.id.toLowerCase()}/`));
}

function checkUnused(cloud: Cloud, subnet: Resource): void {
  const user = usersOf(cloud, subnet)[0];
  if (user === undefined) return;
  throw new ArmError(
    400,
    "InUseSubnetCannotBeDeleted",
    `Subnet ${subnet.name} is in use by ${user.properties.ipConfigurations[0]?.id} and cannot be deleted. In order to delete the subnet, delete all the resources within the subnet.`,
  );
}

function subnetView(subnet: Resource, cloud: Cloud): object {
  const configurations = usersOf(cloud, subnet).flatMap((nic) => nic.properties.ipConfigurations);
  return view(
    subnet,
    configurations.length === 0 ? {} : { ipConfigurations: configurations.map(({ id }) => ({ id })) },
  );
}

function putSubnet(cloud: Cloud, request: PutRequest, network: Resource): Resource {
  return write(cloud, request, {
    type: SUBNET,
    properties: { ...request.body.properties },
    durationMs: cloud.settings.durations.network,
    done: () => {
      if (network.provisioningState === "Updating") network.provisioningState = "Succeeded";
    },
  }).resource;
}

export const virtualNetworks: Kind = {
  type: VNET,
  newestVersion: VERSION,
  put(cloud, request) {
    checkIdle(request.existing);
    const { subnets, ...properties } = (request.body.properties ?? {}) as Record<string, unknown> & {
      subnets?: SubnetBody[];
    };
    const before = request.existing === undefined ? [] : subnetsOf(cloud, request.existing);
    // A PUT replaces: what the body does not name goes.
    const wanted = subnets ?? [];
    const gone = before.filter((one) => !wanted.some(({ name }) => sameId(name, one.name)));
    for (const subnet of before) checkIdle(subnet);
    for (const subnet of gone) checkUnused(cloud, subnet);
    const outcome = write(cloud, request, {
      type: VNET,
      properties,
      durationMs: cloud.settings.durations.network,
    });
    for (const subnet of gone) cloud.world.remove(subnet);
    for (const subnet of wanted) {
      const names = [outcome.resource.name, subnet.name];
      putSubnet(
        cloud,
        {
          ...request,
          names,
          existing: cloud.world.find(cloud.world.idOf(request.group.name, SUBNET, names)),
          body: { location: outcome.resource.location, properties: subnet.properties ?? {} },
        },
        outcome.resource,
      );
    }
    return outcome;
  },
  remove(cloud, network, fault) {
    const subnets = subnetsOf(cloud, network);
    for (const subnet of subnets) checkUnused(cloud, subnet);
    if (network.provisioningState !== "Deleting") checkIdle(network);
    return erase(cloud, network, cloud.settings.durations.network, fault, () => {
      for (const subnet of subnets) cloud.world.remove(subnet);
    });
  },
  view: (cloud, network) =>
    view(network, { subnets: subnetsOf(cloud, network).map((subnet) => subnetView(subnet, cloud)) }),
  actions: {},
};

export const subnets: Kind = {
  type: SUBNET,
  newestVersion: VERSION,
  put(cloud, request) {
    const network = parentOf(cloud, request, VNET);
    checkSiblings(cloud, network);
    return write(cloud, request, {
      type: SUBNET,
      properties: { ...request.body.properties },
      durationMs: cloud.settings.durations.network,
    });
  },
  remove(cloud, subnet, fault) {
    checkUnused(cloud, subnet);
    const network = cloud.world.find(cloud.world.idOf(subnet.group, VNET, subnet.names.slice(0, 1)));
    if (network !== undefined && subnet.provisioningState !== "Deleting") checkSiblings(cloud, network);
    return erase(cloud, subnet, cloud.settings.durations.network, fault);
  },
  view: (cloud, subnet) => subnetView(subnet, cloud),
  actions: {},
};

/** Azure writes one subnet of a network at a time. */
function checkSiblings(cloud: Cloud, network: Resource): void {
  checkIdle(network);
  for (const subnet of subnetsOf(cloud, network)) checkIdle(subnet);
}

export function parentOf(cloud: Cloud, request: PutRequest, type: string): Resource {
  const id = cloud.world.idOf(request.group.name, type, request.names.slice(0, -1));
  const parent = cloud.world.find(id);
  if (parent !== undefined) return parent;
  const name = request.names.slice(0, -1).join("/");
  throw new ArmError(
    404,
    "ParentResourceNotFound",
    `Failed to perform 'write' on resource(s) of type '${type}', because the parent resource '${id}' could not be found. Create ${name} first.`,
  );
}
