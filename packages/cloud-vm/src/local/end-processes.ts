import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { writeAtomically } from "./machine-folder.ts";
import { findProcesses, hasProcessTable } from "./find-processes.ts";
import type { MarkerSet } from "./markers.ts";
import { processStart } from "./process-start.ts";

/** How long processes have after TERM before KILL. */
const TERM_GRACE_MS = 2000;
/** How long KILL is repeated before giving up: a process that a device holds cannot end. */
const KILL_LIMIT_MS = 15_000;
const GROUPS_FILE = "groups.json";

/**
 * Ends every process with these marks: TERM, two seconds, KILL, until none is left.
 * Resolves with the ids that could not be ended; empty: none is left.
 */
export async function endProcesses(
  markers: MarkerSet,
  folder: string,
  signal?: AbortSignal,
): Promise<number[]> {
  const started = performance.now();
  // Whoever was found once stays on the list: a process that wiped its environment is found by its parent only,
  // and loses that when the parent ends first.
  const known = new Map<number, string>();
  const find = async (): Promise<number[]> => {
    if (!hasProcessTable) return await livingGroups(folder);
    for (const pid of await findProcesses(markers)) {
      const start = await processStart(pid);
      if (start !== null) known.set(pid, start);
    }
    for (const [pid, start] of known) if ((await processStart(pid)) !== start) known.delete(pid);
    return [...known.keys()];
  };
  const asked = new Set<number>();
  for (let left = await find(); left.length > 0; left = await find()) {
    signal?.throwIfAborted();
    const elapsedMs = performance.now() - started;
    if (elapsedMs > TERM_GRACE_MS + KILL_LIMIT_MS) return left;
    for (const pid of left) {
      // Also one that was born meanwhile is asked first, within the same grace.
      if (elapsedMs > TERM_GRACE_MS) send(pid, "SIGKILL");
      else if (!asked.has(pid)) send(pid, "SIGTERM");
      asked.add(pid);
    }
    await sleep(elapsedMs < 200 ? 10 : 50);
  }
  return [];
}

/** Keeps the process groups of running commands, for systems on which no environment can be read. */
export async function recordGroups(folder: string, groups: Iterable<number>): Promise<void> {
  if (hasProcessTable) return;
  const entries = await Promise.all(
    [...groups].map(async (group) => ({ group, start: await processStart(group) })),
  );
  await writeAtomically(join(folder, GROUPS_FILE), JSON.stringify(entries), 0o600);
}

/** Recorded groups that still have a member, as negative ids; one whose leader is another process now is left alone. */
async function livingGroups(folder: string): Promise<number[]> {
  const text = await readFile(join(folder, GROUPS_FILE), "utf8").catch(() => "[]");
  const entries: unknown = JSON.parse(text);
  if (!Array.isArray(entries)) return [];
  const living: number[] = [];
  for (const entry of entries) {
    if (typeof entry !== "object" || entry === null) continue;
    const group: unknown = Reflect.get(entry, "group");
    const start: unknown = Reflect.get(entry, "start");
    if (typeof group !== "number" || !Number.isSafeInteger(group) || group <= 1) continue;
    const now = await processStart(group);
    if (now !== null && now !== start) continue;
    if (send(-group, 0)) living.push(-group);
  }
  return living;
}

function send(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(pid, signal);
    return true;
  } catch {
    return false; // ended meanwhile, or another user's
  }
}
