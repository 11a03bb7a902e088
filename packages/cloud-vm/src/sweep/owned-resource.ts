import type { MachineTags } from "../machine.ts";

/** Something at a provider that carries an owner's tags. */
export interface OwnedResource {
  readonly id: string;
  /** `machine`, or what belongs to one: on its own it is an orphan, and may still cost. */
  readonly kind: "machine" | "interface" | "address" | "disk";
  /** The machine that it is, or belongs to. */
  readonly machine: string;
  readonly tags: MachineTags;
  /** null: the provider does not say; it counts as old. */
  readonly createdAt: Date | null;
  /** From then on it goes, whatever it does; null: no such time of its own. */
  readonly expiresAt: Date | null;
}
