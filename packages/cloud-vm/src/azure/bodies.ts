import type { VirtualMachine, VirtualMachineScaleSet } from "@azure/arm-compute";
import type {
  NetworkInterface,
  NetworkSecurityGroup,
  PublicIPAddress,
  VirtualNetwork,
} from "@azure/arm-network";
import type { MachinePlacement } from "../machine.ts";
import { machineNames, sharedNames } from "./names.ts";
import type { AzureSettings } from "./settings.ts";

type Tags = Record<string, string>;

// Room for 4,091 machines in a region.
const NETWORK_RANGE = "10.213.0.0/16";
const SUBNET_RANGE = "10.213.0.0/20";

export function networkBody(region: string, tags: Tags): VirtualNetwork {
  return {
    location: region,
    tags,
    addressSpace: { addressPrefixes: [NETWORK_RANGE] },
    subnets: [{ name: sharedNames(region).subnet, addressPrefix: SUBNET_RANGE }],
  };
}

/** One rule: SSH from the orchestrator. Azure's own last rule refuses everything else from outside. */
export function securityGroupBody(
  region: string,
  tags: Tags,
  from: string,
  sshPort: number,
): NetworkSecurityGroup {
  return {
    location: region,
    tags,
    securityRules: [
      {
        name: sharedNames(region).rule,
        description: "SSH from the orchestrator alone",
        access: "Allow",
        direction: "Inbound",
        protocol: "Tcp",
        priority: 100,
        sourceAddressPrefix: from,
        sourcePortRange: "*",
        destinationAddressPrefix: "*",
        destinationPortRange: String(sshPort),
      },
    ],
  };
}

/** Whether a security group lets in just what `securityGroupBody` would. */
export function letsInExactly(group: NetworkSecurityGroup, wanted: NetworkSecurityGroup): boolean {
  const facts = ({ securityRules }: NetworkSecurityGroup): string =>
    JSON.stringify(
      (securityRules ?? [])
        .filter(({ direction }) => direction === "Inbound")
        .map((rule) => [
          rule.access,
          rule.protocol?.toLowerCase(),
          rule.priority,
          rule.sourceAddressPrefix ?? null,
          rule.sourceAddressPrefixes ?? [],
          rule.destinationAddressPrefix ?? null,
          rule.destinationPortRange ?? null,
          rule.destinationPortRanges ?? [],
        ]),
    );
  return facts(group) === facts(wanted);
}

/** Standard and static: Azure has retired the other kinds. */
export function addressBody(
  settings: Pick<AzureSettings, "fallbacks">,
  region: string,
  tags: Tags,
): PublicIPAddress {
  return {
    location: region,
    tags,
    sku: { name: "Standard", tier: "Regional" },
    publicIPAllocationMethod: "Static",
    publicIPAddressVersion: "IPv4",
    // An address of no zone cannot serve a machine in one; one of all zones serves every machine.
    ...(settings.fallbacks.zones.length > 0 ? { zones: ["1", "2", "3"] } : {}),
  };
}

export function nicBody(
  machine: string,
  region: string,
  tags: Tags,
  ids: { readonly subnet: string; readonly securityGroup: string; readonly address: string | null },
): NetworkInterface {
  return {
    location: region,
    tags,
    networkSecurityGroup: { id: ids.securityGroup },
    ipConfigurations: [
      {
        name: `${machine}-ipconfig`,
        primary: true,
        privateIPAllocationMethod: "Dynamic",
        subnet: { id: ids.subnet },
        // The address goes with the interface, and that with the machine.
        ...(ids.address === null ? {} : { publicIPAddress: { id: ids.address, deleteOption: "Delete" } }),
      },
    ],
  };
}

export function vmBody(
  settings: Pick<
    AzureSettings,
    "adminUsername" | "image" | "diskGiB" | "diskType" | "spot" | "location" | "size"
  >,
  machine: string,
  placement: MachinePlacement,
  tags: Tags,
  parts: {
    readonly authorizedKey: string;
    readonly nicId: string;
    readonly customData: string | null;
    readonly scaleSetId: string | null;
  },
): VirtualMachine {
  const names = machineNames(machine);
  return {
    location: placement.region,
    tags,
    ...(placement.zone === null ? {} : { zones: [placement.zone] }),
    hardwareProfile: { vmSize: placement.size },
    storageProfile: {
      imageReference: { ...settings.image },
      osDisk: {
        name: names.disk,
        osType: "Linux",
        createOption: "FromImage",
        caching: "ReadWrite",
        diskSizeGB: settings.diskGiB,
        managedDisk: { storageAccountType: settings.diskType },
        deleteOption: "Delete", // Azure's default would leave it
      },
    },
    osProfile: {
      computerName: machine.replace(/-+$/, ""),
      adminUsername: settings.adminUsername,
      allowExtensionOperations: true, // run-command
      ...(parts.customData === null ? {} : { customData: parts.customData }),
      linuxConfiguration: {
        disablePasswordAuthentication: true,
        provisionVMAgent: true,
        ssh: {
          publicKeys: [
            {
              path: `/home/${settings.adminUsername}/.ssh/authorized_keys`,
              keyData: parts.authorizedKey,
            },
          ],
        },
      },
    },
    networkProfile: { networkInterfaces: [{ id: parts.nicId, primary: true, deleteOption: "Delete" }] },
    diagnosticsProfile: { bootDiagnostics: { enabled: true } }, // managed storage: no account named
    ...(placement.spot
      ? {
          priority: "Spot",
          evictionPolicy: settings.spot.evictionPolicy,
          billingProfile: { maxPrice: settings.spot.maxPriceUsd ?? -1 }, // -1: up to the regular price
        }
      : {}),
    ...(parts.scaleSetId === null ? {} : { virtualMachineScaleSet: { id: parts.scaleSetId } }),
  };
}

/** Holds machines together for Azure's fault domains; each keeps its own name, tags and life. */
export function scaleSetBody(
  settings: Pick<AzureSettings, "fallbacks">,
  region: string,
  tags: Tags,
): VirtualMachineScaleSet {
  const zones = [...settings.fallbacks.zones];
  return {
    location: region,
    tags,
    orchestrationMode: "Flexible",
    platformFaultDomainCount: 1,
    singlePlacementGroup: false, // Flexible ones refuse to guess
    ...(zones.length > 0 ? { zones } : {}),
  };
}
