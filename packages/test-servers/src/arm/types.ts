import type { Throttling } from "./throttle.ts";

/** How long the emulator's operations take, ms. */
export interface ArmDurations {
  readonly createVm: number;
  readonly deleteVm: number;
  /** Start, power off, deallocate, restart. */
  readonly power: number;
  readonly runCommand: number;
  /** Every write and deletion of network resources and disks. */
  readonly network: number;
  readonly disk: number;
  readonly deleteGroup: number;
}

/** A size of virtual machines. */
export interface VmSize {
  readonly vCpus: number;
  readonly memoryGiB: number;
  /** Whose quota it counts against, as in `usages`: `standardDSv5Family`. */
  readonly family: string;
  /** Where Azure sells it; absent: in every location. */
  readonly locations?: readonly string[];
  /** Zones of it; absent: 1, 2, 3. */
  readonly zones?: readonly string[];
}

/** A machine that begins to run, for who gives it a body. */
export interface BootRequest {
  readonly vmId: string;
  readonly name: string;
  readonly adminUsername: string;
  /** As in the request's `linuxConfiguration.ssh.publicKeys`. */
  readonly authorizedKeys: readonly string[];
  /** Host key that cloud-init's `ssh_keys` brings; null: the machine makes its own. */
  readonly hostKey: { readonly privateKey: string; readonly publicKey: string } | null;
  /** Address to listen on: the public one, or the private one without it; null: the machine has no network. */
  readonly host: string | null;
  readonly port: number;
}

/** A machine with a body. */
export interface BackedVm {
  /** `ssh-ed25519 AAAA…` */
  readonly hostKeys: readonly string[];
  /** Runs a script as the machine's run-command agent does; resolves with what it printed. */
  run(script: string): Promise<{ readonly stdout: string; readonly stderr: string }>;
  /** Ends everything that runs on it; its disk stays. */
  halt(): Promise<void>;
  /** Ends it and removes its disk. */
  destroy(): Promise<void>;
  /** Begins to run again, on the same disk. */
  start(): Promise<void>;
}

/** Gives machines a body. */
export interface VmBacking {
  /** Names that Azure forbids as `adminUsername`, but this backing needs. */
  readonly usernames?: readonly string[];
  boot(request: BootRequest): Promise<BackedVm>;
}

export interface ArmOptions {
  readonly subscriptionId?: string;
  readonly tenantId?: string;
  readonly clientId?: string;
  readonly clientSecret?: string;
  /** Locations that there are; default eastus, eastus2, westus2, westeurope. */
  readonly locations?: readonly string[];
  /** Sizes that there are; default some of the Dsv5, Dasv5, Dsv4 and Fsv2 series. */
  readonly sizes?: Readonly<Record<string, VmSize>>;
  /** Limits by location, then by the usage's name (`cores`, `lowPriorityCores`, `standardDSv5Family`, `PublicIPAddresses` …). Default: plenty. */
  readonly quotas?: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly durations?: Partial<ArmDurations>;
  /** What was created is missing from lists for so long, ms; default 0. */
  readonly listLagMs?: number;
  /** Azure's 180 s for which a NIC stays reserved after a failed create; default 180,000 ms. */
  readonly nicReservationMs?: number;
  /** Request limits; default none. `{}` takes Azure's own. */
  readonly throttling?: Throttling | null;
  /** Life of an access token, s; default 3599. */
  readonly tokenLifetimeSeconds?: number;
  /** `Retry-After` of asynchronous operations, s; default: no such header, so the client's own interval holds. */
  readonly pollRetryAfterSeconds?: number;
  /** Actions that the principal may not do, by their beginning: `Microsoft.Compute/virtualMachines/delete`. */
  readonly denied?: readonly string[];
  /** Gives every VM that runs a body. */
  readonly backing?: VmBacking;
  /** Port of every backed VM's SSH server; default: a free one. Each VM has a loopback address of its own. */
  readonly sshPort?: number;
}

/** A request as it came in. */
export interface ArmCall {
  /** 1, 2, 3 … */
  readonly number: number;
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: string;
  /** Client id of the token's bearer; null: without a valid token. */
  readonly principal: string | null;
  /** Epoch, ms. */
  readonly at: number;
  /** null: cut off or not answered yet. */
  readonly status: number | null;
  /** `error.code` of a refusal. */
  readonly code: string | null;
}

/** Something that exists. */
export interface InventoryItem {
  readonly id: string;
  readonly type: string;
  readonly name: string;
  readonly group: string;
  readonly location: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly provisioningState: string;
  /** Of VMs only: `running`, `stopped`, `deallocated` … */
  readonly powerState: string | null;
}

/** Something that costs while it exists: VM, disk, public address. */
export interface BillingRow {
  readonly id: string;
  readonly type: string;
  readonly name: string;
  readonly tags: Readonly<Record<string, string>>;
  /** Epoch, ms. */
  readonly createdAt: number;
  /** Epoch, ms; null: it exists. */
  readonly deletedAt: number | null;
  /** Spans in which it was billed; a deallocated VM is not, a stopped one is. The last one is open while it is. */
  readonly billed: readonly { readonly from: number; readonly to: number | null }[];
}
