import {
  flag,
  list,
  object,
  one,
  readOnly,
  reference,
  resourceId,
  type Schema,
  text,
  texts,
  whole,
} from "./parts.ts";

// From Microsoft.Network 2025-09-01, as far as machines need it. Whatever the service itself fills in may come back with a body.
const filledIn = { provisioningState: text, resourceGuid: text } satisfies Record<string, Schema>;

const subnetProperties = object({
  ...filledIn,
  addressPrefix: text,
  addressPrefixes: list(text),
  networkSecurityGroup: reference,
  routeTable: reference,
  natGateway: reference,
  serviceEndpoints: list(object({ service: text, locations: list(text), provisioningState: text })),
  delegations: list({ type: "object" }),
  privateEndpointNetworkPolicies: one(
    "Enabled",
    "Disabled",
    "NetworkSecurityGroupEnabled",
    "RouteTableEnabled",
  ),
  privateLinkServiceNetworkPolicies: one("Enabled", "Disabled"),
  defaultOutboundAccess: flag,
  ipConfigurations: list({ type: "object" }),
});

const ruleProperties = object(
  {
    ...filledIn,
    description: { type: "string", maxLength: 140 },
    protocol: one("Tcp", "Udp", "Icmp", "Esp", "*", "Ah"),
    sourcePortRange: text,
    sourcePortRanges: list(text),
    destinationPortRange: text,
    destinationPortRanges: list(text),
    sourceAddressPrefix: text,
    sourceAddressPrefixes: list(text),
    sourceApplicationSecurityGroups: list(reference),
    destinationAddressPrefix: text,
    destinationAddressPrefixes: list(text),
    destinationApplicationSecurityGroups: list(reference),
    access: one("Allow", "Deny"),
    priority: { type: "integer", minimum: 100, maximum: 4096 },
    direction: one("Inbound", "Outbound"),
  },
  ["protocol", "access", "priority", "direction"],
);

const sku = object({ name: one("Basic", "Standard", "StandardV2"), tier: one("Regional", "Global") });
const publicIpProperties = object({
  ...filledIn,
  publicIPAllocationMethod: one("Static", "Dynamic"),
  publicIPAddressVersion: one("IPv4", "IPv6"),
  dnsSettings: object({ domainNameLabel: text, fqdn: text, reverseFqdn: text }),
  ddosSettings: object({ protectionMode: one("VirtualNetworkInherited", "Enabled", "Disabled") }),
  idleTimeoutInMinutes: { type: "integer", minimum: 4, maximum: 30 },
  ipAddress: text,
  ipTags: list(object({ ipTagType: text, tag: text })),
  publicIPPrefix: reference,
  ipConfiguration: { type: "object" },
  deleteOption: one("Delete", "Detach"),
});
const tracked = { ...readOnly, location: text, tags: texts } satisfies Record<string, Schema>;
// What was read may be given whole where a reference would do.
const publicIpReference = object(
  { ...tracked, id: resourceId(), sku, zones: list(text), properties: publicIpProperties },
  ["id"],
);
const wholeReference = object({ ...tracked, id: resourceId(), properties: { type: "object" } }, ["id"]);

const ipConfiguration = object(
  {
    id: text,
    name: text,
    type: text,
    etag: text,
    properties: object(
      {
        ...filledIn,
        subnet: wholeReference,
        publicIPAddress: publicIpReference,
        privateIPAddress: text,
        privateIPAddressVersion: one("IPv4", "IPv6"),
        privateIPAllocationMethod: one("Static", "Dynamic"),
        primary: flag,
        applicationSecurityGroups: list(reference),
      },
      ["subnet"],
    ),
  },
  ["name", "properties"],
);

/** Bodies of network resources. */
export const NETWORK_SCHEMAS: Readonly<Record<string, Schema>> = {
  "microsoft.network/virtualnetworks": object(
    {
      ...tracked,
      properties: object(
        {
          ...filledIn,
          addressSpace: object({ addressPrefixes: list(text, 1) }, ["addressPrefixes"]),
          dhcpOptions: object({ dnsServers: list(text) }),
          flowTimeoutInMinutes: whole,
          subnets: list(object({ ...readOnly, properties: subnetProperties }, ["name"])),
          virtualNetworkPeerings: list({ type: "object" }),
          enableDdosProtection: flag,
          enableVmProtection: flag,
          encryption: object({ enabled: flag, enforcement: one("DropUnencrypted", "AllowUnencrypted") }, [
            "enabled",
          ]),
          privateEndpointVNetPolicies: one("Disabled", "Basic"),
        },
        ["addressSpace"],
      ),
    },
    ["location", "properties"],
  ),
  "microsoft.network/virtualnetworks/subnets": object({ ...readOnly, properties: subnetProperties }, [
    "properties",
  ]),
  "microsoft.network/networksecuritygroups": object(
    {
      ...tracked,
      properties: object({
        ...filledIn,
        flushConnection: flag,
        securityRules: list(object({ ...readOnly, properties: ruleProperties }, ["name", "properties"])),
        defaultSecurityRules: list({ type: "object" }),
        networkInterfaces: list({ type: "object" }),
        subnets: list({ type: "object" }),
      }),
    },
    ["location"],
  ),
  "microsoft.network/networksecuritygroups/securityrules": object(
    { ...readOnly, properties: ruleProperties },
    ["properties"],
  ),
  "microsoft.network/publicipaddresses": object(
    {
      ...tracked,
      zones: list(text),
      sku,
      properties: publicIpProperties,
    },
    ["location"],
  ),
  "microsoft.network/networkinterfaces": object(
    {
      ...tracked,
      properties: object(
        {
          ...filledIn,
          networkSecurityGroup: wholeReference,
          ipConfigurations: list(ipConfiguration, 1),
          dnsSettings: object({ dnsServers: list(text), internalDnsNameLabel: text }),
          enableAcceleratedNetworking: flag,
          enableIPForwarding: flag,
          disableTcpStateTracking: flag,
          nicType: one("Standard", "Elastic"),
          auxiliaryMode: one("None", "MaxConnections", "Floating", "AcceleratedConnections"),
          virtualMachine: { type: "object" },
        },
        ["ipConfigurations"],
      ),
    },
    ["location", "properties"],
  ),
};
