/** Names of everything that a machine consists of: they follow from its own, so that a lost reply loses nothing. */
export interface MachineNames {
  readonly vm: string;
  readonly nic: string;
  readonly address: string;
  readonly disk: string;
}

export function machineNames(machine: string): MachineNames {
  return { vm: machine, nic: `${machine}-nic`, address: `${machine}-ip`, disk: `${machine}-os` };
}

/** Names of what the machines of a region share. */
export interface SharedNames {
  readonly network: string;
  readonly subnet: string;
  readonly securityGroup: string;
  readonly rule: string;
}

export function sharedNames(region: string): SharedNames {
  return {
    network: `universe-optimize-${region}-vnet`,
    subnet: "machines",
    securityGroup: `universe-optimize-${region}-nsg`,
    rule: "ssh-from-orchestrator",
  };
}

/** The parts of an ARM resource id, in lower case where ARM does not care for case; null when it is none. */
export function lastSegment(id: string | undefined): string | null {
  return id?.split("/").at(-1) ?? null;
}
