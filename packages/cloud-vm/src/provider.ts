import type { Machine, MachineRequest, MachineTags } from "./machine.ts";

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
  price(): Promise<MachinePrice>;
}
