import { randomUUID } from "node:crypto";
import { rename } from "node:fs/promises";
import { join } from "node:path";
import { MachineError } from "../errors.ts";
import { endProcesses } from "./end-processes.ts";
import { hasProcessTable } from "./find-processes.ts";
import {
  homeOf,
  isMissing,
  listDirectory,
  machineFolder,
  readRecord,
  renameForDeletion,
  type DirectoryEntry,
  type MachineRecord,
} from "./machine-folder.ts";
import { markersOf, markersWithoutRecord } from "./markers.ts";
import { processStart } from "./process-start.ts";
import { removeTree } from "./remove-tree.ts";
import { currentClaim, isAlive } from "./server-claim.ts";

/*
 * Order, and what a kill leaves behind:
 *   1. rename to .deleting-<name>.<id>   before: the machine as it was; after: `deleting`, and its server sees it too
 *   2. end server and commands           found by their marks, so any later caller can go on
 *   3. remove the folder                 the last act: while the folder is there, something may be left
 */

/** Removes the machine of that name, and finishes what earlier removals and creations of it left behind. */
export async function removeMachine(directory: string, name: string, signal?: AbortSignal): Promise<void> {
  const record = await readRecord(machineFolder(directory, name)).catch(() => null);
  await renameForDeletion(directory, name, record?.id ?? null);
  await finishRemovals(directory, name, signal);
}

/** Finishes removals of that name that somebody began, and clears away what a killed creation left. */
export async function finishRemovals(directory: string, name: string, signal?: AbortSignal): Promise<void> {
  for (const entry of await listDirectory(directory)) {
    if (entry.name !== name) continue;
    if (entry.kind === "deleting") await finishRemoval(directory, entry.folder, name, signal);
    if (entry.kind === "creating" && (await isAbandoned(entry))) await removeTree(entry.folder);
  }
}

/**
 * Clears away a folder `<directory>/<name>` that is no machine: a last command of a removed one may have made its
 * HOME again. A machine's own folder appears with its machine.json, so it is never touched.
 */
export async function removeDebris(directory: string, name: string): Promise<void> {
  const folder = machineFolder(directory, name);
  if ((await readRecord(folder).catch(() => "damaged")) !== null) return;
  const aside = join(directory, `.deleting-${name}.${randomUUID()}`);
  try {
    await rename(folder, aside);
  } catch (error) {
    if (isMissing(error)) return;
    throw error;
  }
  // A machine could have taken the place between the look and the rename: then it goes back.
  if ((await readRecord(aside).catch(() => "damaged")) !== null) await rename(aside, folder);
  else await removeTree(aside);
}

async function finishRemoval(
  directory: string,
  folder: string,
  name: string,
  signal?: AbortSignal,
): Promise<void> {
  const record = await readRecord(folder).catch(() => null);
  if (record === null || !hasProcessTable) await endClaimedServer(folder);
  const left = await endProcesses(
    marks(record, name, homeOf(machineFolder(directory, name))),
    folder,
    signal,
  );
  if (left.length > 0) {
    throw new MachineError(
      "destroy_failed",
      `Machine ${name} still has ${left.length} processes that KILL does not end (${left.slice(0, 5).join(", ")}). ` +
        `Its folder stays at ${folder}. Look at them with ps, then destroy it again.`,
      { machine: name, provider: "local", retryable: true },
    );
  }
  await removeTree(folder);
  await removeDebris(directory, name);
}

function marks(record: MachineRecord | null, name: string, home: string): ReturnType<typeof markersOf> {
  return record === null ? markersWithoutRecord(name, home) : markersOf(record, { server: true });
}

/** For a server that cannot be found by its mark: its claim says who it is. */
async function endClaimedServer(folder: string): Promise<void> {
  const claim = await currentClaim(folder);
  if (claim === null || claim.pid === process.pid || !(await isAlive(claim))) return;
  try {
    process.kill(claim.pid, "SIGKILL");
  } catch {
    // ended meanwhile
  }
}

async function isAbandoned(entry: DirectoryEntry & { kind: "creating" }): Promise<boolean> {
  return (await processStart(entry.pid)) !== entry.start;
}
