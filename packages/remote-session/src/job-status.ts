import type { JobEnd, JobFacts, JobStatus } from "./job.ts";
import { quoteSh } from "./quote-sh.ts";

/** A job's folder on the machine. */
export function jobFolder(home: string, name: string): string {
  return `${home}/.universe/jobs/${name}`;
}

/**
 * Makes the script that reads a job's state. While the job's heart beats it forks nothing and reads two lines: the shell
 * reads byte by byte, which is most of what a poll costs the machine. A heartbeat of at most two seconds ago says that
 * the supervisor lived then; whether its process still does is asked anew (a zombie has no `exe`). All else takes the
 * long way, which looks at every process. The script makes raw lines; `parseJobStatus` decides.
 */
export function makeStatusScript(folder: string): string {
  return `j=${quoteSh(folder)}
u=; h=; s=
if [ -r /proc/uptime ]; then read -r u _ </proc/uptime; fi
[ -n "$u" ] || u=$(date +%s)
# The shell ends with the machine's boot, so that it is asked once.
if [ -z "\${universe_boot:-}" ] && [ -r /proc/sys/kernel/random/boot_id ]; then read -r universe_boot </proc/sys/kernel/random/boot_id; fi
if [ -f "$j/heartbeat" ]; then read -r h b s l <"$j/heartbeat"; fi
case \${h%.*} in *[!0-9]* | '' | 0?* | ????????????*) a=99 ;; *) a=$((\${u%.*} - \${h%.*})) ;; esac
if [ "$a" -ge 0 ] && [ "$a" -le 2 ] && [ "\${b:--}" = "\${universe_boot%%-*}" ] && [ -n "$s" ] && [ -e "/proc/$s/exe" ] && ! [ -f "$j/ended" ]; then
  t=
  if [ -f "$j/log-truncated" ]; then t=truncated; fi
  universe_reply="now $u $universe_boot
heartbeat $h $b $s $l
beats
$t"
else
process() {
  kill -0 "$1" 2>/dev/null || return 0
  if IFS= read -r l <"/proc/$1/stat"; then echo "process $1 \${l##*) }"; elif ! [ -d /proc/self ]; then echo "process $1"; fi
}
echo "now $u \${universe_boot:--}"
if [ -f "$j/ended" ]; then read -r l <"$j/ended"; echo "ended $l"; fi
if [ -f "$j/log-truncated" ]; then echo truncated; fi
if [ -f "$j/started" ]; then
  read -r p s l <"$j/started"
  echo "started $p $s $l"
  if [ -f "$j/heartbeat" ]; then read -r l <"$j/heartbeat"; echo "heartbeat $l"; fi
  if ! [ -f "$j/ended" ]; then
    for f in "$j"/adopted.[0-9]*; do
      if [ -f "$f" ]; then read -r s l <"$f"; echo "adopted $s $l"; fi
    done
    process "$p"
    process "$s"
    if kill -0 "-$p" 2>/dev/null; then echo group; fi
    if [ "$a" -gt 5 ] && [ -f "$j/log" ]; then echo "log $(wc -c <"$j/log")"; fi
    if [ -f "$j/ended" ]; then read -r l <"$j/ended"; echo "ended $l"; fi
  fi
else
  for s in "$j"/stage.*; do
    if [ -d "$s" ] && kill -0 "\${s##*.}" 2>/dev/null; then echo starting; fi
  done
fi
fi`;
}

/** A heart beats once a second; the machine may be at 100 % CPU. The supervisor knows the same number. */
const STANDSTILL_SECONDS = 15;

const ENDS: readonly JobEnd[] = ["exited", "signalled", "out_of_memory", "disk_full", "stopped"];

const ABSENT: JobStatus = {
  state: "absent",
  exitCode: null,
  elapsedSeconds: null,
  heartbeatAgeSeconds: null,
  logBytes: 0,
  logTruncated: false,
};

/**
 * Reads what the status script printed. Lines that are none of its own, or damaged, count as missing: the machine's
 * files may have been tampered with.
 */
export function parseJobStatus(text: string): JobStatus {
  const { lines, processes } = readLines(text);
  const [now = "", boot = ""] = lines.get("now") ?? [];
  const beat = readHeartbeat(lines);
  if (lines.has("beats")) {
    return {
      ...factsOf(beat, null),
      state: "running",
      exitCode: null,
      end: null,
      elapsedSeconds: secondsBetween(beat.startedAt, now),
      heartbeatAgeSeconds: secondsBetween(beat.at, now),
      logBytes: readNumber(beat.logBytes) ?? 0,
      logTruncated: lines.has("truncated"),
    };
  }
  const started = lines.get("started");
  if (started === undefined) return lines.has("starting") ? { ...ABSENT, state: "starting" } : ABSENT;

  const [jobPid = "", , jobTicks = "", , startedBoot = "", startedAt = ""] = started;
  const logTruncated = lines.has("truncated");
  const ended = lines.get("ended");
  const sameBoot = startedBoot === boot;
  if (ended !== undefined && readNumber(ended[0]) !== null) {
    const [exitCode, endedAt, , logBytes, end, outputBytes] = ended;
    const status = readNumber(exitCode);
    return {
      ...factsOf(beat, readNumber(outputBytes), end),
      state: "exited",
      exitCode: status,
      end: ENDS.find((one) => one === end) ?? (status !== null && status > 128 ? "signalled" : "exited"),
      elapsedSeconds: secondsBetween(startedAt, endedAt),
      heartbeatAgeSeconds: sameBoot ? secondsBetween(endedAt, now) : null,
      logBytes: readNumber(logBytes) ?? 0,
      logTruncated,
    };
  }
  // The group outlives its first process. Its number is the job's as long as no other process bears it.
  const leader = processes.get(jobPid);
  const groupAlive =
    lines.has("group") &&
    (leader === undefined || leader[0] === "Z" || leader[19] === jobTicks || leader.length === 0);
  const alive =
    sameBoot && (isAlive(processes, jobPid, jobTicks) || supervisorLives(lines, processes) || groupAlive);
  return {
    ...factsOf(beat, null),
    state: alive ? "running" : "lost",
    exitCode: null,
    end: null,
    elapsedSeconds: sameBoot ? secondsBetween(startedAt, alive ? now : (beat.at ?? now)) : null,
    heartbeatAgeSeconds: sameBoot ? secondsBetween(beat.at, now) : null,
    logBytes: readNumber(lines.get("log")?.[0]) ?? readNumber(beat.logBytes) ?? 0,
    logTruncated,
  };
}

/**
 * Whether a new supervisor should take the job over: it was started and has not ended, and its supervisor is dead or its
 * heart stands still.
 */
export function needsSupervisor(text: string): boolean {
  const { lines, processes } = readLines(text);
  if (lines.has("beats") || !lines.has("started") || lines.has("ended")) return false;
  if (!supervisorLives(lines, processes)) return true;
  const age = secondsBetween(readHeartbeat(lines).at, lines.get("now")?.[0]);
  return age !== null && age > STANDSTILL_SECONDS;
}

/** Whether the heartbeat was overwritten while it was read: then it is to be read again. */
export function isTorn(text: string): boolean {
  const fields = readLines(text).lines.get("heartbeat");
  return fields !== undefined && fields.length > 1 && fields[HEARTBEAT_FIELDS - 1] !== fields[0];
}

type Lines = ReadonlyMap<string, readonly string[]>;

function readLines(text: string): { readonly lines: Lines; readonly processes: Lines } {
  const lines = new Map<string, string[]>();
  const processes = new Map<string, string[]>();
  for (const line of text.split("\n")) {
    const [word = "", ...fields] = line.trim().split(/\s+/);
    if (word === "process") processes.set(fields[0] ?? "", fields.slice(1));
    else if (word !== "") lines.set(word, fields);
  }
  return { lines, processes };
}

function isAlive(processes: Lines, pid: string, ticks: string): boolean {
  const fields = processes.get(pid);
  if (fields === undefined || fields[0] === "Z" || fields[0] === "X") return false;
  // Field 22 of /proc/PID/stat is the start time; these fields begin with the third. Without /proc there is none.
  return fields.length === 0 || fields[19] === ticks;
}

function supervisorLives(lines: Lines, processes: Lines): boolean {
  const [, firstPid = "", , firstTicks = ""] = lines.get("started") ?? [];
  const [pid = firstPid, ticks = firstTicks] = lines.get("adopted") ?? [];
  return isAlive(processes, pid, ticks);
}

const HEARTBEAT_FIELDS = 15;

interface Heartbeat {
  readonly at?: string | undefined;
  readonly startedAt?: string | undefined;
  readonly logBytes?: string | undefined;
  /** What comes behind the log's size. */
  readonly rest?: readonly string[];
}

/** The heartbeat's fields as `machine/supervisor.sh` describes them; of a damaged or torn one its time alone. */
function readHeartbeat(lines: Lines): Heartbeat {
  const fields = lines.get("heartbeat") ?? [];
  // So is the first one, before the heart beats.
  if (fields.length !== HEARTBEAT_FIELDS || fields[HEARTBEAT_FIELDS - 1] !== fields[0])
    return { at: fields[0] };
  const [at, , , startedAt, logBytes, ...rest] = fields;
  return { at, startedAt, logBytes, rest };
}

/** What the heartbeat tells beside its time and the log's size. */
function factsOf(
  { rest = [] }: Heartbeat,
  finalOutputBytes: number | null,
  end?: string,
): { readonly cpuSeconds?: number | null; readonly rssBytes?: number | null; readonly facts?: JobFacts } {
  const [output, cpu, rss, rows, commits, tip = "", oomKills, diskFull, memoryLimited] = rest;
  const outputBytes = finalOutputBytes ?? readNumber(output);
  if (outputBytes === null || memoryLimited === undefined) return {};
  return {
    cpuSeconds: readNumber(cpu),
    rssBytes: readNumber(rss),
    facts: {
      outputBytes,
      resultRows: readNumber(rows),
      commits: readNumber(commits),
      tip: /^([0-9a-f]{40}|[0-9a-f]{64})$/.test(tip) ? tip : null,
      oomKills: readNumber(oomKills) ?? 0,
      // The disk may have filled up after the last heartbeat; the end knows.
      diskFull: diskFull === "1" || end === "disk_full",
      memoryLimited: memoryLimited === "1",
    },
  };
}

function readNumber(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,15}(\.\d{1,6})?$/.test(text) ? Number(text) : null;
}

function secondsBetween(from: string | undefined, to: string | undefined): number | null {
  const start = readNumber(from);
  const end = readNumber(to);
  return start === null || end === null ? null : Math.max(0, Math.round((end - start) * 100) / 100);
}
