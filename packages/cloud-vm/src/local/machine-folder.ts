import { createHash, randomUUID } from "node:crypto";
import { chmod, mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readTags } from "../tags.ts";
import type { MachineTags } from "../machine.ts";
import { processStart } from "./process-start.ts";

/*
 * <directory>/
 *   <name>/                              a machine; there as a whole, or not at all
 *     machine.json                       what it is; written before the folder has its name
 *     host_key                           0600
 *     server.<n>.json                    the n-th server of this machine (server-claim.ts)
 *     server.log
 *     home/                              HOME of every command
 *   .creating-<name>.<pid>.<start>.<id>/ being built; left behind when that process was killed
 *   .deleting-<name>.<id>/               being removed; whoever destroys, creates or expires next finishes it
 */

/** What machine.json holds. */
export interface MachineRecord {
  readonly name: string;
  /** Made anew for every machine: a later machine of the same name never shares processes with it. */
  readonly id: string;
  readonly tags: MachineTags;
  readonly createdAt: Date;
  /** The server ends everything and removes the folder then. */
  readonly expiresAt: Date;
  readonly authorizedKey: string;
  readonly hostKey: string;
}

const MAX_RECORD_BYTES = 256 * 1024;

/** Where the machine of that name lies. */
export function machineFolder(directory: string, name: string): string {
  return join(directory, name);
}

/** The HOME of the commands of a machine. */
export function homeOf(folder: string): string {
  return join(folder, "home");
}

/** Reads machine.json; null when there is none; throws what `fs` throws, or a SyntaxError for a damaged one. */
export async function readRecord(folder: string): Promise<MachineRecord | null> {
  let text: string;
  try {
    text = await readCapped(join(folder, "machine.json"), MAX_RECORD_BYTES);
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
  const { inode, ...record } = parseRecord(text);
  const found = await inodeOf(folder);
  // A copy of a campaign holds a machine of its own: the processes of the original are none of its.
  return inode === null || inode === found ? record : { ...record, id: idOfCopy(record.id, found) };
}

/** Replaces machine.json in one step. */
export async function writeRecord(folder: string, record: MachineRecord): Promise<void> {
  const text = JSON.stringify({ ...record, inode: await inodeOf(folder) }, null, 2);
  await writeAtomically(join(folder, "machine.json"), `${text}\n`, 0o600);
}

/** Stays when a folder is renamed, and differs in every copy of it. */
async function inodeOf(folder: string): Promise<string> {
  return String((await stat(folder, { bigint: true })).ino);
}

/** An id in the form of the others, the same each time. */
function idOfCopy(id: string, inode: string): string {
  return `${id.slice(0, 24)}${createHash("sha256").update(`${id} ${inode}`).digest("hex").slice(0, 12)}`;
}

/**
 * Builds the folder of a new machine under a temporary name, then gives it its own.
 * Resolves false when another one took the name meanwhile.
 */
export async function buildFolder(
  directory: string,
  record: MachineRecord,
  hostPrivateKey: string,
): Promise<boolean> {
  const start = (await processStart(process.pid)) ?? "0";
  const building = join(directory, `.creating-${record.name}.${process.pid}.${start}.${record.id}`);
  await mkdir(join(homeOf(building), "tmp"), { recursive: true, mode: 0o700 });
  await chmod(building, 0o700);
  await writeFile(join(building, "host_key"), hostPrivateKey, { mode: 0o600, flush: true });
  await writeRecord(building, record);
  try {
    await rename(building, machineFolder(directory, record.name));
    return true;
  } catch (error) {
    await rm(building, { recursive: true, force: true });
    if (hasCode(error, "ENOTEMPTY", "EEXIST")) return false;
    throw error;
  }
}

/** Gives a machine's folder its `.deleting-` name. Resolves null when there is no such folder. */
export async function renameForDeletion(
  directory: string,
  name: string,
  id: string | null,
): Promise<string | null> {
  const target = join(directory, `.deleting-${name}.${id ?? randomUUID()}`);
  try {
    await rename(machineFolder(directory, name), target);
    return target;
  } catch (error) {
    if (isMissing(error)) return null;
    if (hasCode(error, "ENOTEMPTY", "EEXIST")) return await renameForDeletion(directory, name, null);
    throw error;
  }
}

/** One entry of the providers' directory. */
export type DirectoryEntry =
  | { readonly kind: "machine"; readonly name: string; readonly folder: string }
  | { readonly kind: "deleting"; readonly name: string; readonly folder: string }
  | {
      readonly kind: "creating";
      readonly name: string;
      readonly folder: string;
      readonly pid: number;
      readonly start: string;
    };

/** What lies in the directory; entries with other names are none of ours and are left out. */
export async function listDirectory(directory: string): Promise<DirectoryEntry[]> {
  let names: string[];
  try {
    names = await readdir(directory);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
  return names.flatMap((entry): DirectoryEntry[] => {
    const folder = join(directory, entry);
    if (/^[a-z][a-z0-9-]{0,62}$/.test(entry)) return [{ kind: "machine", name: entry, folder }];
    const deleting = /^\.deleting-([a-z][a-z0-9-]{0,62})\.[0-9a-f-]{36}$/.exec(entry);
    if (deleting?.[1] !== undefined) return [{ kind: "deleting", name: deleting[1], folder }];
    const creating = /^\.creating-([a-z][a-z0-9-]{0,62})\.(\d+)\.([\w-]+)\.[0-9a-f-]{36}$/.exec(entry);
    if (creating?.[1] === undefined || creating[2] === undefined || creating[3] === undefined) return [];
    return [{ kind: "creating", name: creating[1], folder, pid: Number(creating[2]), start: creating[3] }];
  });
}

/** Writes a file under a temporary name and renames it: a reader sees the old text or the new one. */
export async function writeAtomically(path: string, text: string, mode: number): Promise<void> {
  const temporary = `${path}.${randomUUID()}.tmp`;
  await writeFile(temporary, text, { mode, flush: true });
  await rename(temporary, path);
}

/** Reads a file that commands of the machine could have replaced: refuses more than `maxBytes`. */
export async function readCapped(path: string, maxBytes: number): Promise<string> {
  await using file = await open(path, "r");
  const { size } = await file.stat();
  if (size > maxBytes) throw new SyntaxError(`${path} has ${size} bytes; at most ${maxBytes} were expected`);
  return await readFile(file, "utf8");
}

export function hasCode(error: unknown, ...codes: string[]): boolean {
  return (
    error instanceof Error && "code" in error && typeof error.code === "string" && codes.includes(error.code)
  );
}

export function isMissing(error: unknown): boolean {
  return hasCode(error, "ENOENT", "ENOTDIR");
}

function parseRecord(text: string): MachineRecord & { readonly inode: string | null } {
  const value: unknown = JSON.parse(text);
  if (typeof value !== "object" || value === null) throw new SyntaxError("machine.json holds no object");
  const field = (key: string): string => {
    const found: unknown = Reflect.get(value, key);
    if (typeof found !== "string") throw new SyntaxError(`machine.json has no text under "${key}"`);
    return found;
  };
  const date = (key: string): Date => {
    const found = new Date(field(key));
    if (Number.isNaN(found.getTime())) throw new SyntaxError(`machine.json has no date under "${key}"`);
    return found;
  };
  const tags = readTags(Reflect.get(value, "tags"));
  if (tags === null) throw new SyntaxError('machine.json has no tags under "tags"');
  const inode: unknown = Reflect.get(value, "inode");
  return {
    inode: typeof inode === "string" ? inode : null,
    name: field("name"),
    id: field("id"),
    tags,
    createdAt: date("createdAt"),
    expiresAt: date("expiresAt"),
    authorizedKey: field("authorizedKey"),
    hostKey: field("hostKey"),
  };
}
