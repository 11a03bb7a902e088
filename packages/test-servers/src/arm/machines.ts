import { randomInt } from "node:crypto";
import type { Reservation } from "./kinds/nic-properties.ts";
import type { BackedVm } from "./types.ts";

export type PowerState =
  | "starting"
  | "running"
  | "stopping"
  | "stopped"
  | "deallocating"
  | "deallocated"
  | "unknown";

/** What the emulator knows of a VM beyond its resource. */
export interface Machine {
  power: PowerState;
  /** Why its creation failed; null: it did not. */
  failure: { readonly code: string; readonly message: string } | null;
  backed: BackedVm | null;
  /** `ssh-ed25519 AAAA…`; empty until it boots. */
  hostKeys: readonly string[];
  /** Its creation, also when it fails. */
  creation: Promise<void>;
  /** Properties as they came in, for comparison with a repeated PUT. */
  readonly asked: string;
}

/** The running side of VMs: power, bodies, addresses, reservations of NICs. */
export class Machines {
  readonly #machines = new Map<string, Machine>();
  readonly #reservations = new Map<string, Reservation>();
  // Each emulator hands out another part of 127.0.0.0/8, so that two of them with one port do not meet.
  readonly #network = randomInt(1, 255);
  readonly #loopback: boolean;
  #public = randomInt(0, 100) * 256;
  #private = 0;

  /** @param loopback Whether private addresses are to be reachable on this computer too. */
  constructor(loopback: boolean) {
    this.#loopback = loopback;
  }

  get(id: string): Machine | undefined {
    return this.#machines.get(id.toLowerCase());
  }

  set(id: string, machine: Machine): void {
    this.#machines.set(id.toLowerCase(), machine);
  }

  delete(id: string): void {
    this.#machines.delete(id.toLowerCase());
  }

  all(): Machine[] {
    return [...this.#machines.values()];
  }

  reserve(nicId: string, reservation: Reservation): void {
    this.#reservations.set(nicId.toLowerCase(), reservation);
  }

  /** For which VM the NIC is kept now; null: none. */
  reservationOf(nicId: string): Reservation | null {
    const reservation = this.#reservations.get(nicId.toLowerCase());
    if (reservation === undefined || reservation.until <= Date.now()) return null;
    return reservation;
  }

  endReservations(): void {
    this.#reservations.clear();
  }

  nextAddress(): string {
    this.#public += 1;
    return this.#address(this.#public % 0x8000);
  }

  nextPrivateAddress(): string {
    this.#private += 1;
    if (this.#loopback) return this.#address(0x8000 + (this.#private % 0x8000));
    return `10.0.${(this.#private + 3) >> 8}.${(this.#private + 3) & 255}`;
  }

  #address(number: number): string {
    return `127.${this.#network}.${number >> 8}.${number & 255}`;
  }
}
