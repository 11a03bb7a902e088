import type { Machine, MachinePlacement, MachineRequest, MachineTags } from "./machine.ts";
import type { OwnedResource } from "./sweep/owned-resource.ts";

/** What a machine costs. `local` and `hosts` machines cost 0. */
export interface MachinePrice {
  readonly usdPerHour: number;
  /** Where the figure comes from, for a person to check. */
  readonly source: string;
}

/**
 * Creates, finds and destroys machines. Every adapter passes `machineProviderSuite` of `./testing`.
 *
 * Errors are `MachineError`s; branch on `code`.
 */
export interface MachineProvider {
  readonly kind: string;
  /** One sentence on what separates a machine from the orchestrator and from its siblings. */
  readonly isolation: string;
  /**
   * Creates the machine and resolves when it is running and its SSH server answers.
   * A machine of that name that exists already is adopted: there is never a second one.
   * Adopting one whose tags differ throws `name_taken`.
   */
  create(request: MachineRequest, signal?: AbortSignal): Promise<Machine>;
  /** The machine of that name, or null when the provider is sure that there is none. */
  get(name: string, signal?: AbortSignal): Promise<Machine | null>;
  /** All machines that carry every one of the tags, with exactly these values, by name. */
  list(tags: MachineTags, signal?: AbortSignal): Promise<Machine[]>;
  /**
   * Removes the machine and everything that came with it, and resolves when all of it is gone.
   * Removing what does not exist succeeds.
   */
  destroy(name: string, signal?: AbortSignal): Promise<void>;
  /** What a machine costs from creation to deletion; of that placement, where one is given and prices differ. */
  price(placement?: MachinePlacement): Promise<MachinePrice>;
  /** Everything that carries these tags, machines and what belongs to them, for `planSweep`. Absent: there are only machines. */
  owned?(tags: MachineTags, signal?: AbortSignal): Promise<OwnedResource[]>;
  /** Whether machines could be created, and what would have to be done. Absent: nothing to check. */
  diagnose?(options: DiagnoseOptions, signal?: AbortSignal): Promise<ProviderCheck[]>;
  /** Removes what the machines share, unless a machine still uses it. Absent: they share nothing. */
  destroyNetwork?(signal?: AbortSignal): Promise<NetworkRemoval>;
}

export interface DiagnoseOptions {
  /** How many machines are wanted at a time. */
  readonly machines: number;
}

/** One thing that was checked. */
export interface ProviderCheck {
  /** `credentials`, `subscription`, `role`, `quota`, `address` … */
  readonly name: string;
  /** `bad`: machines cannot be created; `note`: could not be checked, or only to know. */
  readonly state: "good" | "bad" | "note";
  /** What was found and, unless good, the act that mends it. */
  readonly message: string;
}

export interface NetworkRemoval {
  /** Identifiers of what was removed. */
  readonly removed: readonly string[];
  readonly kept: readonly { readonly id: string; readonly reason: string }[];
}
