import { readdir, readFile } from "node:fs/promises";
import type { MarkerSet } from "./markers.ts";
import { readStat } from "./process-start.ts";

/** Whether processes can be found by their environment here (Linux). */
export const hasProcessTable: boolean = process.platform === "linux";

/**
 * Ids of all processes whose environment holds the marks, and of their descendants, who may have wiped theirs.
 * Never the calling process or one it descends from. Zombies have ended and are left out.
 */
export async function findProcesses(markers: MarkerSet): Promise<number[]> {
  if (!hasProcessTable) return [];
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
  const table = new Map<number, number>();
  const found = new Set<number>();
  for (const pid of pids) {
    const parent = await livingParent(pid);
    if (parent === null) continue;
    table.set(pid, parent);
    const environment = await environmentOf(pid);
    if (environment !== null && markers.some((lines) => lines.every((line) => environment.has(line))))
      found.add(pid);
  }
  addDescendants(found, table);
  for (let pid = process.pid; pid > 0; pid = table.get(pid) ?? 0) found.delete(pid);
  return [...found];
}

async function livingParent(pid: number): Promise<number | null> {
  try {
    const { state, parent } = readStat(await readFile(`/proc/${pid}/stat`, "latin1"));
    return state === "Z" || state === "X" ? null : parent;
  } catch {
    return null; // ended meanwhile
  }
}

/** Only the same user's processes (and, for root, all) can be read: null for the rest. */
async function environmentOf(pid: number): Promise<ReadonlySet<string> | null> {
  try {
    const text = await readFile(`/proc/${pid}/environ`, "utf8");
    return new Set(text.split("\0"));
  } catch {
    return null;
  }
}

function addDescendants(found: Set<number>, parents: ReadonlyMap<number, number>): void {
  for (let grew = found.size > 0; grew;) {
    grew = false;
    for (const [pid, parent] of parents) {
      if (!found.has(pid) && found.has(parent)) {
        found.add(pid);
        grew = true;
      }
    }
  }
}
