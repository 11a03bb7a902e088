import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import { randomUUID } from "node:crypto";
import type { LeaseRow } from "@universe-optimize/state-store";

/** Identifies this process among all that may ever hold a lease: host, pid, start time, and a random part. */
export function leaseOwner(): string {
  return [hostname(), process.pid, startTime(process.pid) ?? "unknown", randomUUID()].join("|");
}

/**
 * Whether the holder is a process of this computer that has ended, so that its lease need not run out first.
 * A holder elsewhere, or one that cannot be judged, counts as alive.
 */
export function holderIsDead(holder: LeaseRow): boolean {
  const [host, pidText, started] = holder.owner.split("|");
  const pid = Number(pidText);
  if (host !== hostname() || !Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
  const now = startTime(pid);
  // The number may have been given to another process since.
  return started !== "unknown" && now !== null && now !== started;
}

/** Words for the person who meets a lease that is held. */
export function describeHolder(holder: LeaseRow): string {
  const [host, pid] = holder.owner.split("|");
  return `process ${pid ?? "?"} on ${host ?? "?"}`;
}

/** Start time in clock ticks since boot; null where /proc does not tell. A zombie counts as ended. */
function startTime(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" ? "ended" : (fields[19] ?? null);
  } catch {
    return null;
  }
}
