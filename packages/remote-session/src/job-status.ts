import type { JobStatus } from "./job.ts";
import { quoteSh } from "./quote-sh.ts";

/** A job's folder on the machine. */
export function jobFolder(home: string, name: string): string {
  return `${home}/.universe/jobs/${name}`;
}

/**
 * Makes the script that reads a job's state. On Linux it forks nothing while the job's heartbeat beats: only builtins.
 * It prints raw lines; `parseJobStatus` decides.
 */
export function makeStatusScript(folder: string): string {
  return `j=${quoteSh(folder)}
u=; b=-
if [ -r /proc/uptime ]; then read -r u _ </proc/uptime; fi
[ -n "$u" ] || u=$(date +%s)
if [ -r /proc/sys/kernel/random/boot_id ]; then read -r b </proc/sys/kernel/random/boot_id; fi
echo "now $u $b"
process() {
  kill -0 "$1" 2>/dev/null || return 0
  if IFS= read -r l <"/proc/$1/stat"; then echo "process $1 \${l##*) }"; elif ! [ -d /proc/self ]; then echo "process $1"; fi
}
if [ -f "$j/ended" ]; then read -r l <"$j/ended"; echo "ended $l"; fi
if [ -f "$j/log-truncated" ]; then echo truncated; fi
if [ -f "$j/started" ]; then
  read -r p s l <"$j/started"
  echo "started $p $s $l"
  if ! [ -f "$j/ended" ]; then
    process "$p"
    process "$s"
    if kill -0 "-$p" 2>/dev/null; then echo group; fi
    h=; n=
    if [ -f "$j/heartbeat" ]; then read -r h n <"$j/heartbeat"; echo "heartbeat $h $n"; fi
    [ -n "$h" ] || h=0
    if [ "$((\${u%.*} - \${h%.*}))" -gt 5 ] && [ -f "$j/log" ]; then echo "log $(wc -c <"$j/log")"; fi
    if [ -f "$j/ended" ]; then read -r l <"$j/ended"; echo "ended $l"; fi
  fi
else
  for s in "$j"/stage.*; do
    if [ -d "$s" ] && kill -0 "\${s##*.}" 2>/dev/null; then echo starting; fi
  done
fi`;
}

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
  const lines = new Map<string, string[]>();
  const processes = new Map<string, string[]>();
  for (const line of text.split("\n")) {
    const [word = "", ...fields] = line.trim().split(/\s+/);
    if (word === "process") processes.set(fields[0] ?? "", fields.slice(1));
    else if (word !== "") lines.set(word, fields);
  }
  const [now = "", boot = ""] = lines.get("now") ?? [];
  const started = lines.get("started");
  if (started === undefined) return lines.has("starting") ? { ...ABSENT, state: "starting" } : ABSENT;

  const [
    jobPid = "",
    supervisorPid = "",
    jobTicks = "",
    supervisorTicks = "",
    startedBoot = "",
    startedAt = "",
  ] = started;
  const logTruncated = lines.has("truncated");
  const ended = lines.get("ended");
  const sameBoot = startedBoot === boot;
  if (ended !== undefined && readNumber(ended[0]) !== null) {
    const [exitCode, endedAt, , logBytes] = ended;
    return {
      state: "exited",
      exitCode: readNumber(exitCode),
      elapsedSeconds: secondsBetween(startedAt, endedAt),
      heartbeatAgeSeconds: sameBoot ? secondsBetween(endedAt, now) : null,
      logBytes: readNumber(logBytes) ?? 0,
      logTruncated,
    };
  }
  const [heartbeat, heartbeatLogBytes] = lines.get("heartbeat") ?? [];
  const isAlive = (pid: string, ticks: string): boolean => {
    const fields = processes.get(pid);
    if (fields === undefined || fields[0] === "Z" || fields[0] === "X") return false;
    // Field 22 of /proc/PID/stat is the start time; these fields begin with the third. Without /proc there is none.
    return fields.length === 0 || fields[19] === ticks;
  };
  // The group outlives its first process. Its number is the job's as long as no other process bears it.
  const leader = processes.get(jobPid);
  const groupAlive =
    lines.has("group") &&
    (leader === undefined || leader[0] === "Z" || leader[19] === jobTicks || leader.length === 0);
  const alive =
    sameBoot && (isAlive(jobPid, jobTicks) || isAlive(supervisorPid, supervisorTicks) || groupAlive);
  return {
    state: alive ? "running" : "lost",
    exitCode: null,
    elapsedSeconds: sameBoot ? secondsBetween(startedAt, alive ? now : (heartbeat ?? now)) : null,
    heartbeatAgeSeconds: sameBoot ? secondsBetween(heartbeat, now) : null,
    logBytes: readNumber(lines.get("log")?.[0]) ?? readNumber(heartbeatLogBytes) ?? 0,
    logTruncated,
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
