import { randomUUID } from "node:crypto";
import type { ArmDurations, ArmOptions, VmBacking, VmSize } from "./types.ts";

/** The options with every default filled in. */
export interface Settings {
  readonly subscriptionId: string;
  readonly tenantId: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly locations: readonly string[];
  readonly sizes: Readonly<Record<string, VmSize>>;
  /** By location and usage, both in lower case. */
  readonly quotas: Map<string, number>;
  readonly durations: ArmDurations;
  readonly listLagMs: number;
  readonly nicReservationMs: number;
  readonly pollRetryAfterSeconds: number | null;
  readonly backing: VmBacking | null;
  readonly sshPort: number;
}

const DURATIONS: ArmDurations = {
  createVm: 30,
  deleteVm: 20,
  power: 10,
  runCommand: 10,
  network: 5,
  disk: 5,
  deleteGroup: 20,
};

export function readSettings(options: ArmOptions, sshPort: number): Settings {
  return {
    subscriptionId: options.subscriptionId ?? randomUUID(),
    tenantId: options.tenantId ?? randomUUID(),
    clientId: options.clientId ?? randomUUID(),
    clientSecret: options.clientSecret ?? `test-${randomUUID()}`,
    locations: options.locations ?? ["eastus", "eastus2", "westus2", "westeurope"],
    sizes: options.sizes ?? SIZES,
    quotas: new Map(
      Object.entries(options.quotas ?? {}).flatMap(([location, limits]) =>
        Object.entries(limits).map(([name, limit]) => [quotaKey(location, name), limit] as const),
      ),
    ),
    durations: { ...DURATIONS, ...options.durations },
    listLagMs: options.listLagMs ?? 0,
    nicReservationMs: options.nicReservationMs ?? 180_000,
    pollRetryAfterSeconds: options.pollRetryAfterSeconds ?? null,
    backing: options.backing ?? null,
    sshPort,
  };
}

export function quotaKey(location: string, name: string): string {
  return `${location} ${name}`.toLowerCase();
}

/** https://learn.microsoft.com/azure/virtual-machines/sizes: what the adapters' fallbacks are likely to name. */
const SIZES: Readonly<Record<string, VmSize>> = Object.fromEntries(
  (
    [
      ["D", "s_v5", "standardDSv5Family", 4],
      ["D", "as_v5", "standardDASv5Family", 4],
      ["D", "ds_v5", "standardDDSv5Family", 4],
      ["D", "s_v4", "standardDSv4Family", 4],
      ["D", "s_v3", "standardDSv3Family", 4],
      ["D", "s_v6", "StandardDsv6Family", 4],
      ["D", "as_v6", "StandardDasv6Family", 4],
      ["E", "s_v5", "standardESv5Family", 8],
      ["F", "s_v2", "standardFSv2Family", 2],
    ] as const
  ).flatMap(([series, suffix, family, gibPerCpu]) =>
    [2, 4, 8, 16].map((vCpus) => [
      `Standard_${series}${vCpus}${suffix}`,
      { vCpus, memoryGiB: vCpus * gibPerCpu, family },
    ]),
  ),
);
