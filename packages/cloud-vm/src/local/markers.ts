import type { MachineRecord } from "./machine-folder.ts";

/*
 * How a process of a machine is known again, whatever it did (setsid, double fork, another working folder):
 * by the environment that it was started with.
 *
 *   a command:  UNIVERSE_MACHINE=<name> and UNIVERSE_MACHINE_ID=<id>
 *   the server: UNIVERSE_MACHINE_SERVER=<id>
 */

/** What marks the commands of a machine. */
export function commandMarkers(machine: Pick<MachineRecord, "name" | "id">): Record<string, string> {
  return { UNIVERSE_MACHINE: machine.name, UNIVERSE_MACHINE_ID: machine.id };
}

/** What marks the server of a machine, and its children until they are another program. */
export function serverMarkers(machine: Pick<MachineRecord, "id">): Record<string, string> {
  return { UNIVERSE_MACHINE_SERVER: machine.id };
}

/** What to look for: a process belongs to the machine when its environment holds every line of one of these. */
export type MarkerSet = readonly (readonly string[])[];

/** The marks of a machine whose record can be read. */
export function markersOf(
  machine: Pick<MachineRecord, "name" | "id">,
  parts: { readonly server: boolean },
): MarkerSet {
  const command = lines(commandMarkers(machine));
  return parts.server ? [command, lines(serverMarkers(machine))] : [command];
}

/** The marks of a machine whose record is damaged: its name and its home must do. */
export function markersWithoutRecord(name: string, home: string): MarkerSet {
  return [[`UNIVERSE_MACHINE=${name}`, `HOME=${home}`]];
}

function lines(environment: Record<string, string>): string[] {
  return Object.entries(environment).map(([key, value]) => `${key}=${value}`);
}
