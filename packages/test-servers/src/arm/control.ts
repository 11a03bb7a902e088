import type { FaultRule } from "./faults.ts";
import type { ThrottleViolation } from "./throttle.ts";
import type { ArmCall, BillingRow, InventoryItem } from "./types.ts";

/** What a client needs to talk to the emulator; all of it is JSON. */
export interface ArmAccess {
  /** `https://127.0.0.1:port`, for `resourceManagerUrl` and `AZURE_AUTHORITY_HOST` alike. */
  readonly url: string;
  readonly subscriptionId: string;
  readonly tenantId: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Certificate of the emulator's authority, and the file that holds it, for `NODE_EXTRA_CA_CERTS`. */
  readonly caPem: string;
  readonly caFile: string;
  /** Port of every backed VM's SSH server. */
  readonly sshPort: number;
  /** Environment with which DefaultAzureCredential and Node find the emulator. */
  readonly env: Readonly<Record<string, string>>;
}

/** What a test asks and tells the emulator, in its own process or in another one. */
export interface ArmControl {
  /** Everything that exists. */
  inventory(): Promise<InventoryItem[]>;
  /** VMs that exist and carry all of the tags; Failed ones too. */
  alive(tags?: Readonly<Record<string, string>>): Promise<InventoryItem[]>;
  /** The most VMs with all of the tags that ever existed at one time. */
  mostAlive(tags: Readonly<Record<string, string>>): Promise<number>;
  calls(): Promise<ArmCall[]>;
  billing(): Promise<BillingRow[]>;
  violations(): Promise<ThrottleViolation[]>;
  /** @returns An id for `removeFault`. */
  addFault(rule: FaultRule): Promise<string>;
  /** Without an id: all. @returns How many requests were struck. */
  removeFault(id?: string): Promise<number>;
  /** Takes a VM away as a spot eviction does, whatever its priority; by its name. */
  evict(vmName: string): Promise<void>;
  /** Somebody else deletes the VM, with what its deleteOptions take along. */
  deleteVm(vmName: string): Promise<void>;
  /** The machine shuts itself down: stopped, and billed all the same. */
  shutDown(vmName: string): Promise<void>;
  /** Actions that the principal may not do from now on, by their beginning. */
  deny(actions: readonly string[]): Promise<void>;
  /** The 180 s for which NICs stay reserved are over. */
  endReservations(): Promise<void>;
  setQuota(location: string, name: string, limit: number): Promise<void>;
  expireTokens(): Promise<void>;
  /** From now on the authority takes only this secret. */
  changeSecret(secret: string): Promise<void>;
}

/** Every control, to forward them by name. */
export const CONTROLS: readonly (keyof ArmControl)[] = [
  "inventory",
  "alive",
  "mostAlive",
  "calls",
  "billing",
  "violations",
  "addFault",
  "removeFault",
  "evict",
  "deleteVm",
  "shutDown",
  "deny",
  "endReservations",
  "setQuota",
  "expireTokens",
  "changeSecret",
];
