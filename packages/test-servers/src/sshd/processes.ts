import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { promisify } from "node:util";

/** Ids of the processes whose parent is one of `parents`, and theirs, and so on. */
export async function findDescendants(parents: readonly number[]): Promise<number[]> {
  const parentOf = await readParents();
  const found = new Set<number>();
  let generation = new Set(parents);
  while (generation.size > 0) {
    const next = new Set<number>();
    for (const [pid, parent] of parentOf) {
      if (generation.has(parent) && !found.has(pid)) {
        found.add(pid);
        next.add(pid);
      }
    }
    generation = next;
  }
  return [...found];
}

/** Ids of the processes that were started with this text in their environment; empty where there is no /proc. */
export async function findByEnvironment(text: string): Promise<number[]> {
  const found: number[] = [];
  for (const pid of await listProcesses()) {
    const environment = await readFile(`/proc/${pid}/environ`, "latin1").catch(() => "");
    if (environment.split("\0").includes(text)) found.push(pid);
  }
  return found;
}

/** Sends a signal to each; processes that are gone are passed over. */
export function signalAll(pids: readonly number[], signal: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch {
      // It ended by itself.
    }
  }
}

async function readParents(): Promise<Map<number, number>> {
  const parentOf = new Map<number, number>();
  const pids = await listProcesses();
  for (const pid of pids) {
    const stat = await readFile(`/proc/${pid}/stat`, "latin1").catch(() => "");
    // The name in parentheses may hold spaces and parentheses itself.
    const parent = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
    if (Number.isInteger(parent)) parentOf.set(pid, parent);
  }
  if (pids.length === 0) {
    const { stdout } = await promisify(execFile)("ps", ["-A", "-o", "pid=,ppid="]);
    for (const line of stdout.trim().split("\n")) {
      const [pid, parent] = line.trim().split(/\s+/).map(Number);
      if (pid !== undefined && parent !== undefined) parentOf.set(pid, parent);
    }
  }
  return parentOf;
}

async function listProcesses(): Promise<number[]> {
  const names = await readdir("/proc").catch(() => []);
  return names.filter((name) => /^\d+$/.test(name)).map(Number);
}
