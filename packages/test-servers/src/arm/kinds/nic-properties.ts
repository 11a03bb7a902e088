import type { Cloud } from "./kind.ts";
import { sameId } from "./kind.ts";
import type { Resource } from "../world.ts";

export const NIC = "Microsoft.Network/networkInterfaces";
export const PUBLIC_IP = "Microsoft.Network/publicIPAddresses";

export interface Reference {
  readonly id: string;
}

export interface IpConfiguration {
  readonly id: string;
  readonly name: string;
  readonly properties: {
    readonly subnet?: Reference;
    readonly publicIPAddress?: Reference & { readonly properties?: { readonly deleteOption?: string } };
    readonly privateIPAddress?: string;
    readonly privateIPAllocationMethod?: string;
    readonly primary?: boolean;
  };
}

export interface NicProperties extends Record<string, unknown> {
  readonly ipConfigurations: readonly IpConfiguration[];
  readonly networkSecurityGroup?: Reference;
  /** Set by a VM that holds it. */
  virtualMachine?: Reference;
}

/** A VM for which a NIC is kept after its creation failed. */
export interface Reservation {
  readonly vmId: string;
  readonly until: number;
}

/** The NIC's configuration that holds a public address. */
export function holderOf(
  cloud: Cloud,
  publicIp: Resource,
): { readonly nic: Resource<NicProperties>; readonly configuration: IpConfiguration } | null {
  for (const nic of cloud.world.all<NicProperties>(NIC)) {
    for (const configuration of nic.properties.ipConfigurations) {
      if (sameId(configuration.properties.publicIPAddress?.id, publicIp.id)) return { nic, configuration };
    }
  }
  return null;
}
