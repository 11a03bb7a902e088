/** What was spent so far, US dollars. */
export interface Costs {
  readonly usd: number;
  /** From a machine's creation to its confirmed end, disk and address included; those alive until now. */
  readonly machinesUsd: number;
  /** Agents and services. */
  readonly otherUsd: number;
  /** Their cost still grows. */
  readonly machinesAlive: number;
}

/** `$1.30: machines $0.90 (1 alive), agents $0.40`. */
export function costsText({ usd, machinesUsd, otherUsd, machinesAlive }: Costs): string {
  const alive = machinesAlive === 0 ? "" : ` (${machinesAlive} alive)`;
  return `${money(usd)}: machines ${money(machinesUsd)}${alive}, agents ${money(otherUsd)}`;
}

/** Cents; what is less is said to be. */
export function money(usd: number): string {
  return usd > 0 && usd < 0.01 ? "under $0.01" : `$${usd.toFixed(2)}`;
}
