import { ArmError } from "../arm-error.ts";
import { type Resource, view } from "../world.ts";
import { checkIdle, type Cloud, erase, type Kind, sameId, write } from "./kind.ts";
import { parentOf } from "./network.ts";
import { NIC, type NicProperties } from "./nic-properties.ts";

const VERSION = "2026-01-01";
const NSG = "Microsoft.Network/networkSecurityGroups";
const RULE = "Microsoft.Network/networkSecurityGroups/securityRules";
const SUBNET = "Microsoft.Network/virtualNetworks/subnets";

interface RuleBody {
  readonly name: string;
  readonly properties: {
    readonly priority?: number;
    readonly direction: string;
    readonly sourcePortRange?: string;
    readonly destinationPortRange?: string;
    readonly destinationPortRanges?: readonly string[];
    readonly sourceAddressPrefix?: string;
    readonly sourceAddressPrefixes?: readonly string[];
    readonly destinationAddressPrefix?: string;
    readonly destinationAddressPrefixes?: readonly string[];
  };
}

function rulesOf(cloud: Cloud, group: Resource): Resource[] {
  return cloud.world
    .all(RULE)
    .filter((rule) => rule.id.toLowerCase().startsWith(`${group.id.toLowerCase()}/`));
}

/** Who uses the group: NICs and subnets. */
function usersOf(cloud: Cloud, group: Resource): { nics: Resource<NicProperties>[]; subnets: Resource[] } {
  return {
    nics: cloud.world
      .all<NicProperties>(NIC)
      .filter((nic) => sameId(nic.properties.networkSecurityGroup?.id, group.id)),
    subnets: cloud.world
      .all(SUBNET)
      .filter((subnet) =>
        sameId((subnet.properties["networkSecurityGroup"] as { id: string } | undefined)?.id, group.id),
      ),
  };
}

export const networkSecurityGroups: Kind = {
  type: NSG,
  newestVersion: VERSION,
  put(cloud, request) {
    checkIdle(request.existing);
    const { securityRules, ...properties } = (request.body.properties ?? {}) as Record<string, unknown> & {
      securityRules?: RuleBody[];
    };
    const rules = securityRules ?? [];
    for (const rule of rules) checkRule(rule, rules);
    const outcome = write(cloud, request, {
      type: NSG,
      properties,
      durationMs: cloud.settings.durations.network,
    });
    for (const old of rulesOf(cloud, outcome.resource)) cloud.world.remove(old);
    for (const rule of rules) addRule(cloud, outcome.resource, rule);
    return outcome;
  },
  remove(cloud, group, fault) {
    const { nics, subnets } = usersOf(cloud, group);
    const user = [...nics, ...subnets][0];
    if (user !== undefined)
      throw new ArmError(
        400,
        "InUseNetworkSecurityGroupCannotBeDeleted",
        `Network security group ${group.id} cannot be deleted because it is in use by the following resources: ${user.id}. In order to delete the Network security group, remove the association with the resource(s).`,
      );
    if (group.provisioningState !== "Deleting") checkIdle(group);
    return erase(cloud, group, cloud.settings.durations.network, fault, () => {
      for (const rule of rulesOf(cloud, group)) cloud.world.remove(rule);
    });
  },
  view(cloud, group) {
    const { nics, subnets } = usersOf(cloud, group);
    return view(group, {
      securityRules: rulesOf(cloud, group).map((rule) => view(rule)),
      ...(nics.length === 0 ? {} : { networkInterfaces: nics.map(({ id }) => ({ id })) }),
      ...(subnets.length === 0 ? {} : { subnets: subnets.map(({ id }) => ({ id })) }),
    });
  },
  actions: {},
};

export const securityRules: Kind = {
  type: RULE,
  newestVersion: VERSION,
  put(cloud, request) {
    const group = parentOf(cloud, request, NSG);
    checkIdle(group);
    const name = request.names.at(-1) ?? "";
    const rule = { name, properties: request.body.properties } as unknown as RuleBody;
    const others = rulesOf(cloud, group).filter((one) => !sameId(one.name, name)) as unknown as RuleBody[];
    checkRule(rule, [rule, ...others]);
    return write(cloud, request, {
      type: RULE,
      properties: { ...request.body.properties },
      durationMs: cloud.settings.durations.network,
    });
  },
  remove: (cloud, rule, fault) => erase(cloud, rule, cloud.settings.durations.network, fault),
  view: (_cloud, rule) => view(rule),
  actions: {},
};

function addRule(cloud: Cloud, group: Resource, rule: RuleBody): void {
  cloud.world.add({
    name: rule.name,
    names: [group.name, rule.name],
    type: RULE,
    group: group.group,
    location: group.location,
    tags: {},
    zones: null,
    sku: undefined,
    properties: { ...rule.properties },
    provisioningState: "Succeeded",
  });
}

function checkRule(rule: RuleBody, all: readonly RuleBody[]): void {
  const { properties } = rule;
  const either: [string, unknown, unknown][] = [
    ["SourceAddressPrefix", properties.sourceAddressPrefix, properties.sourceAddressPrefixes],
    ["DestinationAddressPrefix", properties.destinationAddressPrefix, properties.destinationAddressPrefixes],
    ["DestinationPortRange", properties.destinationPortRange, properties.destinationPortRanges],
    [
      "SourcePortRange",
      properties.sourcePortRange,
      (properties as Record<string, unknown>)["sourcePortRanges"],
    ],
  ];
  for (const [what, one, many] of either) {
    const count = (one === undefined ? 0 : 1) + (Array.isArray(many) && many.length > 0 ? 1 : 0);
    if (count !== 1)
      throw new ArmError(
        400,
        count === 0 ? `SecurityRule${what}NotSpecified` : "SecurityRuleParameterContainsUnsupportedValue",
        `Security rule ${rule.name} must have exactly one of ${what} and its plural form.`,
      );
  }
  const twin = all.find(
    (other) =>
      !sameId(other.name, rule.name) &&
      other.properties.direction === properties.direction &&
      other.properties.priority === properties.priority,
  );
  if (twin !== undefined)
    throw new ArmError(
      400,
      "SecurityRuleConflict",
      `Security rule ${rule.name} conflicts with rule ${twin.name}. Rules cannot have the same Priority and Direction.`,
    );
}
