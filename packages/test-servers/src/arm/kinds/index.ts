import { disks } from "./disks.ts";
import type { Kind } from "./kind.ts";
import { subnets, virtualNetworks } from "./network.ts";
import { networkInterfaces } from "./nics.ts";
import { publicIpAddresses } from "./public-ips.ts";
import { scaleSets } from "./scale-sets.ts";
import { networkSecurityGroups, securityRules } from "./security-groups.ts";
import { virtualMachines } from "./vms.ts";

const KINDS: ReadonlyMap<string, Kind> = new Map(
  [
    disks,
    networkInterfaces,
    networkSecurityGroups,
    publicIpAddresses,
    scaleSets,
    securityRules,
    subnets,
    virtualMachines,
    virtualNetworks,
  ].map((kind) => [kind.type.toLowerCase(), kind]),
);

/** The kind of `Microsoft.Compute` and `virtualMachines`, whatever their case. */
export function kindOf(namespace: string, type: string): Kind | undefined {
  return KINDS.get(`${namespace}/${type}`.toLowerCase());
}
