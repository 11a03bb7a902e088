import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import type { Job, JobStatus } from "@universe-optimize/remote-session";

/** Waits for a job's end. */
export async function ended(job: Job): Promise<JobStatus> {
  await expect.poll(() => job.status().then(({ state }) => state), { timeout: 60_000 }).toBe("exited");
  return await job.status();
}

/** Whether a process lives; a zombie does not. */
export async function isAlive(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, "latin1").catch(() => "");
  return stat !== "" && !/\) [ZX] /.test(stat);
}

/** The process's parent; 0 when it is gone. */
export async function parentOf(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, "latin1").catch(() => "");
  return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1] ?? 0);
}

/** Live processes of a job's supervisor, by what they do: run, beat, log, job, watch, rebeat. */
export async function findSupervisors(home: string, name: string): Promise<Record<string, number[]>> {
  const found: Record<string, number[]> = {};
  for (const entry of await readdir("/proc")) {
    if (!/^\d+$/.test(entry)) continue;
    const words = (await readFile(`/proc/${entry}/cmdline`, "latin1").catch(() => "")).split("\0");
    const at = words.indexOf(`${home}/.universe/jobs/${name}`);
    // Forks of a supervisor's shell (a count, a scan) bear its command line, too; they are not what is asked for.
    if (at < 1 || !(await isAlive(Number(entry)))) continue;
    const parent = await readFile(`/proc/${await parentOf(Number(entry))}/cmdline`, "latin1").catch(() => "");
    if (parent === words.join("\0")) continue;
    (found[words[at - 1] ?? ""] ??= []).push(Number(entry));
  }
  return found;
}

/** SIGKILLs the job's supervisor processes that do one of these acts, with what they started, and waits until they are gone. */
export async function killSupervisors(home: string, name: string, acts: readonly string[]): Promise<void> {
  const all = await findSupervisors(home, name);
  for (const pid of acts.flatMap((act) => all[act] ?? [])) {
    // Each leads a group of its own.
    process.kill(-pid, "SIGKILL");
    await expect.poll(() => isAlive(pid), { timeout: 20_000 }).toBe(false);
  }
}

export function readHome(home: string, path: string): Promise<string> {
  return readFile(join(home, path), "utf8");
}
