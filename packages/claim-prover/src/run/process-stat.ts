/** What /proc tells of a process. */
export interface ProcessStat {
  readonly pid: number;
  readonly name: string;
  readonly state: string;
  /** Clock ticks of its own, and of its children that it waited for. */
  readonly ownTicks: number;
  readonly childTicks: number;
}

/** Linux reports in hundredths of a second on every architecture that Node runs on (USER_HZ). */
export const TICKS_PER_SECOND = 100;

/** Reads a line of /proc/PID/stat; null for what is none. The name may hold blanks and brackets: the last ")" ends it. */
export function parseProcessStat(line: string): ProcessStat | null {
  const end = line.lastIndexOf(")");
  const start = line.indexOf("(");
  if (start < 0 || end < start) return null;
  const pid = Number(line.slice(0, start));
  const fields = line
    .slice(end + 1)
    .trim()
    .split(/\s+/);
  const ticks = fields.slice(11, 15).map(Number);
  if (!Number.isInteger(pid) || ticks.length < 4 || !ticks.every(Number.isFinite)) return null;
  const [user = 0, system = 0, childUser = 0, childSystem = 0] = ticks;
  return {
    pid,
    name: line.slice(start + 1, end),
    state: fields[0] ?? "?",
    ownTicks: user + system,
    childTicks: childUser + childSystem,
  };
}
