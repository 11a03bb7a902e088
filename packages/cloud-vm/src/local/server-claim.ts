import { randomUUID } from "node:crypto";
import { link, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { hasCode, isMissing, readCapped, writeAtomically } from "./machine-folder.ts";
import { processStart } from "./process-start.ts";

/*
 * Which process is the server of a machine.
 *
 *   server.1.json   pid 4711, began t1: dead
 *   server.2.json   pid 4803, began t2, port 40123: the highest number counts
 *
 * A candidate whose predecessor is dead links its own file to the next number. A link never replaces a file and
 * comes with its content, so of two candidates one wins and a kill leaves no half-written claim. The highest number
 * is never removed while the machine exists: a candidate that slept over an old view finds a higher one and gives up.
 */

/** What a server says of itself. `port` is null until it listens. */
export interface ServerClaim {
  readonly number: number;
  readonly pid: number;
  readonly start: string;
  readonly port: number | null;
}

/** The claim with the highest number, or null when the machine never had a server. */
export async function currentClaim(folder: string): Promise<ServerClaim | null> {
  const number = Math.max(0, ...(await claimNumbers(folder)));
  if (number === 0) return null;
  try {
    return parseClaim(number, await readCapped(claimPath(folder, number), 4096));
  } catch (error) {
    if (!(error instanceof SyntaxError) && !isMissing(error)) throw error;
    return { number, pid: 0, start: "", port: null }; // damaged or gone: nobody lives under it
  }
}

/** Whether the process that made the claim is still the same living one. */
export async function isAlive(claim: ServerClaim): Promise<boolean> {
  return claim.pid > 0 && (await processStart(claim.pid)) === claim.start;
}

/**
 * Makes this process the server of the machine.
 * Resolves null when another living process is, or has just become it.
 */
export async function claimServer(
  folder: string,
): Promise<{ claim: ServerClaim; previousPort: number | null } | null> {
  const previous = await currentClaim(folder);
  if (previous !== null && (await isAlive(previous))) return null;
  const start = await processStart(process.pid);
  if (start === null) throw new Error("This process cannot be found in the process table.");
  const claim: ServerClaim = {
    number: (previous?.number ?? 0) + 1,
    pid: process.pid,
    start,
    port: null,
  };
  const draft = join(folder, `.claim-${randomUUID()}`);
  await writeFile(draft, JSON.stringify(claim), { mode: 0o600 });
  try {
    await link(draft, claimPath(folder, claim.number));
  } catch (error) {
    if (hasCode(error, "EEXIST")) return null;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
  const numbers = await claimNumbers(folder);
  if (Math.max(...numbers) !== claim.number) {
    await rm(claimPath(folder, claim.number), { force: true });
    return null;
  }
  await Promise.all(
    numbers
      .filter((number) => number < claim.number)
      .map((number) => rm(claimPath(folder, number), { force: true })),
  );
  return { claim, previousPort: previous?.port ?? null };
}

/** Adds the port to an own claim. */
export async function publishPort(folder: string, claim: ServerClaim, port: number): Promise<void> {
  await writeAtomically(claimPath(folder, claim.number), JSON.stringify({ ...claim, port }), 0o600);
}

function claimPath(folder: string, number: number): string {
  return join(folder, `server.${number}.json`);
}

async function claimNumbers(folder: string): Promise<number[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (isMissing(error)) return [];
    throw error;
  });
  return names.flatMap((name) => {
    const match = /^server\.(\d{1,9})\.json$/.exec(name);
    return match?.[1] === undefined ? [] : [Number(match[1])];
  });
}

function parseClaim(number: number, text: string): ServerClaim {
  const value: unknown = JSON.parse(text);
  if (typeof value !== "object" || value === null) throw new SyntaxError("a server's claim holds no object");
  const pid: unknown = Reflect.get(value, "pid");
  const start: unknown = Reflect.get(value, "start");
  const port: unknown = Reflect.get(value, "port");
  if (typeof pid !== "number" || !Number.isSafeInteger(pid) || typeof start !== "string") {
    throw new SyntaxError("a server's claim has no pid or start");
  }
  const isPort = typeof port === "number" && Number.isInteger(port) && port > 0 && port < 65_536;
  return { number, pid, start, port: isPort ? port : null };
}
