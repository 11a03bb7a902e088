import { ArmError } from "../arm-error.ts";
import { quotaKey } from "../settings.ts";
import type { Resource } from "../world.ts";
import { type Cloud, normalize } from "./kind.ts";
import { PUBLIC_IP } from "./nic-properties.ts";
import { VM, type VmProperties } from "./vm-properties.ts";

export interface Usage {
  readonly name: string;
  readonly localName: string;
  readonly currentValue: number;
  readonly limit: number;
}

const PLENTY = 100_000;

/** What a location's compute quotas allow and hold; deallocated VMs count. */
export function computeUsages(cloud: Cloud, location: string): Usage[] {
  const here = cloud.world.all<VmProperties>(VM).filter((vm) => vm.location === normalize(location));
  const cpusOf = (vm: Resource<VmProperties>): number => sizeOf(cloud, vm)?.vCpus ?? 0;
  const sum = (vms: Resource<VmProperties>[]): number => vms.reduce((total, vm) => total + cpusOf(vm), 0);
  const spot = here.filter((vm) => vm.properties.priority === "Spot");
  const regular = here.filter((vm) => vm.properties.priority !== "Spot");
  const families = [...new Set(Object.values(cloud.settings.sizes).map(({ family }) => family))];
  const usage = (name: string, localName: string, currentValue: number): Usage => ({
    name,
    localName,
    currentValue,
    limit: limitOf(cloud, location, name),
  });
  return [
    usage("cores", "Total Regional vCPUs", sum(regular)),
    usage("virtualMachines", "Virtual Machines", here.length),
    usage("lowPriorityCores", "Total Regional Low-priority vCPUs", sum(spot)),
    ...families.map((family) =>
      usage(family, `${family} vCPUs`, sum(regular.filter((vm) => sizeOf(cloud, vm)?.family === family))),
    ),
  ];
}

export function networkUsages(cloud: Cloud, location: string): Usage[] {
  const name = "PublicIPAddresses";
  const here = cloud.world.all(PUBLIC_IP).filter((one) => one.location === normalize(location));
  return [
    {
      name,
      localName: "Public IP Addresses",
      currentValue: here.length,
      limit: limitOf(cloud, location, name),
    },
  ];
}

/** Refuses what would exceed a quota, as Azure words it. */
export function checkUsage(cloud: Cloud, location: string, name: string, required: number): void {
  const all = [...computeUsages(cloud, location), ...networkUsages(cloud, location)];
  const usage = all.find((one) => one.name.toLowerCase() === name.toLowerCase());
  if (usage === undefined || usage.currentValue + required <= usage.limit) return;
  if (name === "PublicIPAddresses")
    throw new ArmError(
      400,
      "PublicIPCountLimitReached",
      `Cannot create more than ${usage.limit} public IP addresses for this subscription in this region.`,
    );
  throw new ArmError(
    409,
    "OperationNotAllowed",
    `Operation could not be completed as it results in exceeding approved ${usage.name} Cores quota. Additional details - Deployment Model: Resource Manager, Location: ${normalize(location)}, Current Limit: ${usage.limit}, Current Usage: ${usage.currentValue}, Additional Required: ${required}, (Minimum) New Limit Required: ${usage.currentValue + required}. Submit a request for Quota increase and retry.`,
  );
}

export function usageBody(usages: readonly Usage[]): object {
  return {
    value: usages.map(({ name, localName, currentValue, limit }) => ({
      unit: "Count",
      currentValue,
      limit,
      name: { value: name, localizedValue: localName },
    })),
  };
}

function limitOf(cloud: Cloud, location: string, name: string): number {
  return cloud.settings.quotas.get(quotaKey(normalize(location), name)) ?? PLENTY;
}

function sizeOf(
  cloud: Cloud,
  vm: Resource<VmProperties>,
): { readonly vCpus: number; readonly family: string } | undefined {
  return sizeNamed(cloud, vm.properties.hardwareProfile.vmSize);
}

/** ARM compares sizes' names without case. */
export function sizeNamed(
  cloud: Cloud,
  name: string,
): (Cloud["settings"]["sizes"][string] & { readonly name: string }) | undefined {
  const found = Object.entries(cloud.settings.sizes).find(
    ([key]) => key.toLowerCase() === name.toLowerCase(),
  );
  return found === undefined ? undefined : { name: found[0], ...found[1] };
}
