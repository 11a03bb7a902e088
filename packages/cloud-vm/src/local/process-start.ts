import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";

/**
 * When a process began, as text without spaces or dots; null when there is no such process (or only its zombie).
 *
 * A process id is used again sooner or later; id and beginning together are not. On Linux: the boot, and
 * field 22 of /proc/<pid>/stat (clock ticks since then). Elsewhere: what `ps -o lstart` says.
 */
export async function processStart(pid: number): Promise<string | null> {
  if (!Number.isSafeInteger(pid) || pid <= 0) return null;
  if (process.platform !== "linux") return await startFromPs(pid);
  try {
    const stat = await readFile(`/proc/${pid}/stat`, "latin1");
    const { state, startTicks } = readStat(stat);
    return state === "Z" || state === "X" ? null : `${await bootId()}-${startTicks}`;
  } catch {
    return null;
  }
}

/** Fields of /proc/<pid>/stat, counted after the command's closing bracket: the command may hold any character. */
export function readStat(stat: string): { state: string; parent: number; startTicks: string } {
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return { state: fields[0] ?? "", parent: Number(fields[1] ?? 0), startTicks: fields[19] ?? "" };
}

let boot: Promise<string> | null = null;

function bootId(): Promise<string> {
  boot ??= readFile("/proc/sys/kernel/random/boot_id", "latin1").then(
    (text) => text.trim().slice(0, 8),
    () => "boot",
  );
  return boot;
}

async function startFromPs(pid: number): Promise<string | null> {
  try {
    const { stdout } = await promisify(execFile)("ps", ["-o", "lstart=", "-p", String(pid)], {
      env: { LC_ALL: "C", PATH: "/bin:/usr/bin" },
    });
    const text = stdout.trim().replace(/[^A-Za-z0-9]+/g, "_");
    return text === "" ? null : text;
  } catch {
    return null;
  }
}
