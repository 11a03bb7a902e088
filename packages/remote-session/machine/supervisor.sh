#!/bin/sh
# Supervisor of one detached job. POSIX sh and coreutils; setsid, grep, awk, fallocate, git and /proc are used where
# they exist.
#
#   orchestrator ──tar──▶ JOB/stage.PID/ ──▶ start ──▶ run (own session, the supervisor)
#                                                       ├─ beat (own session): JOB/heartbeat, every second
#                                                       ├─ log  (own session): FIFO ─▶ first and last part of the log
#                                                       └─ job  (own session, the keeper) ─▶ JOB/started
#                                                           └─ sh command.sh
#
# JOB is ~/.universe/jobs/NAME, mode 0700. What it holds:
#   started    one line: KEEPER_PID SUPERVISOR_PID KEEPER_TICKS SUPERVISOR_TICKS BOOT_ID UPTIME WALL_CLOCK ID LOG
#              Hard-linked into place: complete when it is there, and only one process ever makes it.
#              It is at once the lock and the record: whoever made it executes the command, nobody else does.
#   adopted.N  one line: PID TICKS of a later supervisor; the one with the highest number counts
#   beat.N, logger.N, finisher.N  the same of whoever beats, logs and writes the end down
#   heartbeat  one line: UPTIME BOOT SUPERVISOR_PID STARTED_AT LOG_BYTES OUTPUT_BYTES CPU_SECONDS RSS_BYTES ROWS COMMITS
#              TIP OOM_KILLS DISK_FULL MEMORY_LIMIT UPTIME; `-` is unknown. All that a status needs while it is fresh: a
#              shell reads files byte by byte. The same time at both ends: it was not overwritten meanwhile. What comes
#              behind the line fills the file up to its constant size
#   ended      one line, padded: EXIT_STATUS UPTIME WALL_CLOCK LOG_BYTES END OUTPUT_BYTES
#   log        the log, or a link to where it was wanted
#   log-truncated  is there when output was dropped
#   stop-requested, disk-full  are there when that happened
#   command.sh.ID  the command
#   stage.PID  what the living need: this script, id, FIFO, exit (the keeper's record of the exit status), log-tail.a and
#              .b, log-base, reserve.1 and .2, facts, usage. Found by its id, gone at the end
#
# Who dies, and what then:
#   - before `started`: a stage folder whose owner is dead is left. The next start removes it and begins anew.
#   - the supervisor: the job goes on, its log too. The next start or status makes a new supervisor (`adopt`), one only:
#     each takes the next number of adopted.N by a hard link, and only when the one before is dead.
#   - the keeper writes the exit status down itself, so that it is known without a supervisor.
#   - the logger: beat makes a new one. Keeper and beat hold the FIFO open, so the job gets no broken pipe.
#   - JOB itself, removed by the job: beat, which has it all open, makes it again within a second. A start that comes in
#     between finds the job by the mark in its environment and waits for it.
#   - everything, or the machine: the job is never started again. Without an exit status it is lost.
# Nothing lives in /tmp. Times are /proc/uptime (monotonic), so a changed clock changes nothing.

umask 077

# Sets `uptime` (seconds, monotonic where /proc is) without a fork.
read_uptime() {
  uptime=
  if [ -r /proc/uptime ]; then read -r uptime _ </proc/uptime; fi
  [ -n "$uptime" ] || uptime=$(date +%s)
}

# Sets `boot`: changes with every start of the machine.
read_boot() {
  boot=-
  if [ -r /proc/sys/kernel/random/boot_id ]; then read -r boot </proc/sys/kernel/random/boot_id; fi
}

# Sets `state`, `session`, `group` and `ticks` (start time) of process $1; false when it is gone or a zombie.
read_process() {
  state=? session=0 group=0 ticks=0
  kill -0 "$1" 2>/dev/null || return 1
  [ -d /proc/self ] || return 0
  { IFS= read -r line <"/proc/$1/stat"; } 2>/dev/null || return 1
  # The name in parentheses may hold anything; the fields begin after the last one.
  # shellcheck disable=SC2086
  set -- ${line##*) }
  state=$1 group=$3 session=$4 ticks=${20}
  [ "$state" != Z ] && [ "$state" != X ]
}

# Whether process $1 lives and is the one that started at $2.
is_process() {
  case $1 in '' | 0 | *[!0-9]*) return 1 ;; esac
  read_process "$1" && [ "$ticks" = "$2" ]
}

# Sets `size`: bytes of file $1.
read_size() {
  size=0
  if [ -f "$1" ]; then
    # shellcheck disable=SC2046
    set -- $(wc -c <"$1" 2>/dev/null)
    size=${1:-0}
  fi
}

# Sets the fields of JOB/started, and the process that is the supervisor now; false when the job was never started.
read_started() {
  [ -f "$job/started" ] || return 1
  read -r job_pid supervisor_pid job_ticks supervisor_ticks job_boot started_at started_wall id log <"$job/started"
  for file in "$job"/adopted.[0-9]*; do
    if [ -f "$file" ]; then read -r supervisor_pid supervisor_ticks <"$file"; fi
  done
}

# Sets `stage`: the folder of the job that was started. False when there is none.
find_stage() {
  for stage in "$job"/stage.*; do
    if [ -f "$stage/id" ] && read -r other_id <"$stage/id" && [ "$other_id" = "$id" ]; then return 0; fi
  done
  # Where the keeper will write, should the folder have been removed.
  stage=
  if [ -r "/proc/$job_pid/cmdline" ]; then
    stage=$(tr '\0' '\n' <"/proc/$job_pid/cmdline" | grep -xF -A 1 "$job" | grep "/stage\.[0-9]*$")
  fi
  [ -n "$stage" ] || stage=$job/stage.$job_pid
  return 1
}

# Sets `exit_code` from the keeper's record; false when there is none.
read_exit() {
  exit_code='' exit_at=''
  if [ -f "$stage/exit" ]; then read -r exit_code exit_at <"$stage/exit"; fi
  case $exit_code in '' | *[!0-9]*) return 1 ;; esac
}

# Takes the next number of $1.N for this process, unless the process that has the last one lives.
take_turn() {
  number=1000000
  for file in "$job/$1".[0-9]*; do
    [ -f "$file" ] || continue
    read -r holder holder_ticks <"$file"
    number=${file##*.}
    if [ "$holder" != $$ ] && is_process "$holder" "$holder_ticks"; then return 1; fi
  done
  read_process $$
  echo "$$ $ticks" >"$job/turn.$$" || return 1
  number=$((number + 1))
  ln "$job/turn.$$" "$job/$1.$number" 2>/dev/null
  won=$?
  rm -f "$job/turn.$$"
  return "$won"
}

# ---------------------------------------------------------------------------------------------------- disk and memory

# Whether the disk takes two more blocks.
probe_disk() {
  { printf '%-8192s' x >"$stage/probe"; } 2>/dev/null
  probed=$?
  { command : >"$stage/probe"; } 2>/dev/null
  return "$probed"
}

# Sets `bytes` aside in two pieces: three quarters are given back when the disk is first full, so that the job can still
# write its results; the rest when the job is asked to end, or has ended.
reserve_space() {
  bytes=0
  if [ -s "$stage/reserve-bytes" ]; then read -r bytes <"$stage/reserve-bytes"; fi
  [ "$bytes" -gt 0 ] || return 0
  for piece in "1 $((bytes / 4 * 3))" "2 $((bytes / 4))"; do
    file=$stage/reserve.${piece% *}
    fallocate -l "${piece#* }" "$file" 2>/dev/null ||
      dd if=/dev/zero of="$file" bs=65536 count="$((${piece#* } / 65536))" 2>/dev/null ||
      rm -f "$file"
  done
}

# The disk is full: gives back what was set aside for that, once.
on_full_disk() {
  if [ -f "$stage/reserve.1" ]; then
    rm -f "$stage/reserve.1"
    command : >"$job/disk-full"
  elif [ ! -f "$job/disk-full" ]; then
    { command : >"$job/disk-full"; } 2>/dev/null
  fi
}

# Before the end is written down, and before a job is asked to hand over.
release_reserve() {
  if ! probe_disk; then
    rm -f "$stage/reserve.1" "$stage/reserve.2"
    { command : >"$job/disk-full"; } 2>/dev/null
  fi
}

# Sets `oom_kills`: how often the kernel ended a process for want of memory; of the job's cgroup, or of the machine.
read_oom_kills() {
  oom_kills=0
  if [ -n "$cgroup" ] && [ -r "$cgroup/memory.events" ]; then
    while read -r word count; do
      [ "$word" = oom_kill ] && oom_kills=$count
    done <"$cgroup/memory.events"
    return 0
  fi
  vmstat=${UNIVERSE_VMSTAT:-/proc/vmstat}
  [ -r "$vmstat" ] || return 0
  # shellcheck disable=SC2046
  set -- $(grep '^oom_kill ' "$vmstat" 2>/dev/null)
  oom_kills=$((${2:-0} - ${oom_kills_before:-0}))
}

read_cgroup() {
  cgroup='' oom_kills_before=0
  if [ -s "$stage/cgroup" ]; then IFS= read -r cgroup <"$stage/cgroup"; fi
  if [ -s "$stage/oom-kills" ]; then read -r oom_kills_before <"$stage/oom-kills"; fi
}

# Puts this process under a memory limit of its own, so that sshd is not what has to go. systemd's scopes where systemd
# runs, and root may be had; else a cgroup beside or below this process's own. Without either only the kernel's choice of
# whom to end is moved (oom_score_adj, in job).
limit_memory() {
  [ -s "$stage/memory-limit" ] || return 0
  read -r limit <"$stage/memory-limit"
  if [ "$limit" = most ]; then
    read -r _ total _ </proc/meminfo || return 0
    keep=$((total / 20))
    [ "$keep" -ge 524288 ] || keep=524288
    limit=$(((total - keep) * 1024))
  fi
  [ "$limit" -gt 0 ] || return 0
  if [ -n "$UNIVERSE_CGROUP_ROOT" ]; then
    enter_cgroup "$UNIVERSE_CGROUP_ROOT"
    return 0
  fi
  mount=
  while read -r _ folder kind _; do
    [ "$kind" = cgroup2 ] && mount=$folder && break
  done </proc/mounts
  [ -n "$mount" ] || return 0
  if [ -d /run/systemd/system ]; then
    enter_scope
    return 0
  fi
  read_own_cgroup
  while :; do
    enter_cgroup "$mount${own_cgroup%/}" && return 0
    [ -n "${own_cgroup%/}" ] || return 0
    own_cgroup=${own_cgroup%/*}
  done
}

# Sets `own_cgroup`: the path of this process below the mount.
read_own_cgroup() {
  own_cgroup=
  while IFS= read -r line; do
    case $line in 0::*) own_cgroup=${line#0::} ;; esac
  done </proc/$$/cgroup
}

enter_cgroup() {
  [ -w "$1" ] || return 1
  if [ -f "$1/cgroup.subtree_control" ]; then
    read -r controllers <"$1/cgroup.subtree_control"
    case " $controllers " in
    *" memory "*) ;;
    *) { echo +memory >"$1/cgroup.subtree_control"; } 2>/dev/null || return 1 ;;
    esac
  fi
  mkdir "$1/universe-$id" 2>/dev/null || return 1
  cgroup=$1/universe-$id
  if { echo "$limit" >"$cgroup/memory.max" && echo $$ >"$cgroup/cgroup.procs"; } 2>/dev/null; then
    { echo 0 >"$cgroup/memory.swap.max"; } 2>/dev/null
    echo "$cgroup" >"$stage/cgroup"
    return 0
  fi
  rmdir "$cgroup" 2>/dev/null
  cgroup=
  return 1
}

# As `systemd-run --scope` does, but for a process that is there. A scope of the user's own manager would end with the
# last login, so it is the system's.
enter_scope() {
  command -v busctl >/dev/null 2>&1 || return 1
  as_root=
  [ "$(id -u)" = 0 ] || as_root="sudo -n"
  bounded=
  if command -v timeout >/dev/null 2>&1; then bounded="timeout 10"; fi
  for extra in "4 OOMPolicy s continue" 3; do
    # shellcheck disable=SC2086
    $as_root $bounded busctl call org.freedesktop.systemd1 /org/freedesktop/systemd1 org.freedesktop.systemd1.Manager \
      StartTransientUnit 'ssa(sv)a(sa(sv))' "universe-$id.scope" fail $extra \
      PIDs au 1 $$ MemoryMax t "$limit" MemorySwapMax t 0 0 </dev/null >/dev/null 2>&1 && break
  done || return 1
  waited=0
  while [ "$waited" -lt 30 ]; do
    read_own_cgroup
    case $own_cgroup in
    *"/universe-$id.scope"*)
      cgroup=$mount$own_cgroup
      echo "$cgroup" >"$stage/cgroup"
      return 0
      ;;
    esac
    waited=$((waited + 1))
    sleep 0.1 2>/dev/null || sleep 1
  done
  return 1
}

# ------------------------------------------------------------------------------------------------------------- starting

# start JOB STAGE: spawns the supervisor and waits until the job is started. Prints `started LOG`, `existing LOG` or
# `failed REASON`.
start() {
  new_stage=$stage
  read -r own_id <"$stage/id"
  # Uploads that were cut off: their shell, whose id the folder bears, is gone. Not the folder of the job itself.
  id=
  read_started
  for other in "$job"/stage.*; do
    [ -d "$other" ] || continue
    kill -0 "${other##*.}" 2>/dev/null && continue
    other_id=
    if [ -f "$other/id" ]; then read -r other_id <"$other/id"; fi
    [ -n "$id" ] && [ "$other_id" = "$id" ] || rm -rf "$other"
  done
  read_started || await_marked
  if read_started; then
    ensure_supervisor "$new_stage/supervisor.sh"
    rm -rf "$new_stage"
    echo "existing $log"
    return 0
  fi
  stage=$new_stage
  $detach sh "$stage/supervisor.sh" run "$job" "$stage" "$own_id" </dev/null >/dev/null 2>&1 &
  supervisor=$!
  waited=0
  while ! read_started; do
    if ! kill -0 "$supervisor" 2>/dev/null; then
      # Once more: another start may have won in between.
      read_started && break
      reason="the supervisor ended before the job was started"
      for file in "$job/stage.$supervisor/error" "$stage/error"; do
        if [ -s "$file" ]; then IFS= read -r reason <"$file"; fi
      done
      rm -rf "$stage" "$job/stage.$supervisor"
      echo "failed $reason"
      return 1
    fi
    if [ "$waited" -ge 600 ]; then
      kill -KILL "$supervisor" 2>/dev/null
      echo "failed the job was not started within 30 s; the machine is overloaded or its disk hangs"
      return 1
    fi
    waited=$((waited + 1))
    sleep 0.05 2>/dev/null || sleep 1
  done
  rm -rf "$stage"
  if [ "$id" = "$own_id" ]; then echo "started $log"; else echo "existing $log"; fi
}

# Sets `marked`: live processes that were started as part of a job in this folder.
find_marked() {
  marked=
  [ -d /proc/self ] || return 1
  for file in $(grep -lF "UNIVERSE_JOB_FOLDER=$job/" /proc/[0-9]*/environ 2>/dev/null); do
    pid=${file#/proc/}
    pid=${pid%/environ}
    if read_process "$pid"; then marked="$marked $pid"; fi
  done
  [ -n "$marked" ]
}

# There is no record, but there may be a job: one whose folder was removed, or one that is just being started. Its
# supervisor writes the record; when that is dead too, this does.
await_marked() {
  waited=0
  while find_marked; do
    [ -f "$job/started" ] && return 0
    waited=$((waited + 1))
    if [ "$waited" -gt 30 ] && recover_started; then return 0; fi
    sleep 0.1 2>/dev/null || sleep 1
  done
}

recover_started() {
  job_pid=
  for pid in $marked; do
    read_process "$pid" || continue
    # The keeper, if it lives, leads the session.
    job_pid=$session
    read_process "$job_pid" || job_pid=$pid
    id=$(tr '\0' '\n' <"/proc/$pid/environ" | grep '^UNIVERSE_JOB=')
    id=${id#UNIVERSE_JOB=}
    [ -n "$id" ] && read_process "$job_pid" && break
    job_pid=
  done
  [ -n "$job_pid" ] || return 1
  read_boot
  read_uptime
  hertz=$(getconf CLK_TCK 2>/dev/null) || hertz=100
  mkdir -p "$job" && chmod 700 "$job"
  # Process 1 never has these ticks: there is no supervisor.
  echo "$job_pid 1 $ticks -1 $boot $((ticks / hertz)) $(date +%s) $id $job/log" >"$job/recovered.$$" &&
    ln "$job/recovered.$$" "$job/started" 2>/dev/null
  rm -f "$job/recovered.$$"
  [ -f "$job/started" ]
}

# run JOB STAGE ID: the supervisor. Lives until the job's command has ended.
run() {
  # Handlers, not "ignore": an ignored signal would stay ignored in the job.
  trap : HUP INT QUIT TERM
  # The folder takes this process's id, so that no later start takes it for a leftover.
  rm -rf "$job/stage.$$"
  mv "$stage" "$job/stage.$$" || exit 1
  stage=$job/stage.$$
  if read_started; then
    rm -rf "$stage"
    exit 0
  fi
  read -r cap <"$stage/max-log-bytes"
  log=$job/log
  if [ -s "$stage/log-file" ]; then IFS= read -r log <"$stage/log-file"; fi
  mkdir -p "${log%/*}" 2>/dev/null
  # `command`: where a plain `:` cannot redirect, it ends the shell.
  if ! command : 2>/dev/null >>"$log"; then
    echo "the log $log cannot be written" >"$stage/error"
    exit 1
  fi
  # Their blocks are taken now, so that the end can be written down on a full disk.
  for file in ended exit log-base facts usage; do
    printf '%-127s\n' "" >"$stage/$file" || { echo "the disk is full or read-only" >"$stage/error"; exit 1; }
  done
  mkfifo "$stage/output" || { echo "no FIFO could be made in $stage" >"$stage/error"; exit 1; }
  # 4: the log; one open file for logger and beat: its position, in fdinfo, is the log's size without a fork.
  # 6, 7: the FIFO's ends. Opened both ways first, because opening one end waits for the other.
  # 8: this script, for the day it is removed.
  exec 4>>"$log" 5<>"$stage/output"
  exec 6<"$stage/output" 7>"$stage/output" 8<"$stage/supervisor.sh"
  exec 5>&-
  read_process $$
  own_ticks=$ticks
  $detach sh "$stage/supervisor.sh" log "$job" "$stage" "$cap" <&6 >/dev/null 2>&1 6<&- 7>&- 8<&- &
  # The keeper holds a reading end (9) too: with logger and supervisor dead, writing waits instead of failing.
  UNIVERSE_JOB="$own_id" UNIVERSE_JOB_FOLDER="$job/" \
    $detach sh "$stage/supervisor.sh" job "$job" "$stage" "$own_id" $$ "$log" \
    </dev/null >&7 2>&1 4>&- 9<&6 6<&- 7>&- 8<&- &
  child=$!
  exec 7>&-
  $detach sh "$stage/supervisor.sh" beat "$job" "$stage" $$ "$own_ticks" "$own_id" </dev/null >/dev/null 2>&1 &
  heart=$!
  exec 4>&- 6<&- 8<&-

  await_child "$child"
  # A job that removed its folder as its last act: the heart makes it again.
  waited=0
  while { [ ! -f "$job/started" ] || [ ! -e "$log" ]; } && [ ! -s "$stage/error" ] && [ "$waited" -lt 30 ] && read_process "$heart"; do
    waited=$((waited + 1))
    sleep 0.1 2>/dev/null || sleep 1
  done
  kill "$heart" 2>/dev/null
  if ! read_started || [ "$id" != "$own_id" ]; then
    # The command was never executed: another start won, or something failed before.
    # start reads the reason in the stage and removes it; without one nothing is worth keeping.
    [ -s "$stage/error" ] || rm -rf "$stage"
    exit 1
  fi
  finish "$code"
}

# job JOB STAGE ID SUPERVISOR_PID LOG: the keeper: makes the record, runs the command, and writes its exit status down.
job() {
  if [ -f "$stage/cwd" ]; then
    IFS= read -r cwd <"$stage/cwd"
    cd "$cwd" 2>/dev/null || { echo "the working folder $cwd does not exist" >"$stage/error"; exit 1; }
  fi
  variables=$(cat "$stage/env.sh" "$stage/secrets.env") || { echo "the environment cannot be read" >"$stage/error"; exit 1; }
  rm -f "$stage/secrets.env"
  read_process $$
  job_ticks=$ticks
  read_process "$2"
  read_uptime
  read_boot
  wall=$(date +%s)
  id=$1
  cgroup='' oom_kills_before=0
  read_oom_kills
  echo "$oom_kills" >"$stage/oom-kills"
  mv -f "$stage/command.sh" "$job/command.sh.$1" || exit 1
  echo "$$ $2 $job_ticks $ticks $boot $uptime $wall $1 $3" >"$stage/started" || { echo "the disk is full or read-only" >"$stage/error"; exit 1; }
  # The first beat: a status without one would have to count the log's bytes.
  [ -f "$job/heartbeat" ] || printf '%-255s\n' "$uptime" >"$job/heartbeat"
  # The one act that decides: the link is made by one process only, with the whole line in it.
  if ! ln "$stage/started" "$job/started" 2>/dev/null; then
    rm -f "$job/command.sh.$1"
    [ -f "$job/started" ] || echo "$job/started cannot be linked: the home folder's file system must have hard links" >"$stage/error"
    exit 1
  fi
  rm -f "$stage/started"
  [ "$3" = "$job/log" ] || ln -sf "$3" "$job/log"
  limit_memory
  # The job may remove its folder at once: whoever makes it again must know the record first.
  waited=0
  while [ ! -f "$stage/beating" ] && [ "$waited" -lt 40 ]; do
    waited=$((waited + 1))
    sleep 0.05 2>/dev/null || sleep 1
  done
  trap : HUP INT QUIT TERM
  run_command "$1" "$job/command.sh.$1" &
  child=$!
  variables=
  await_child "$child"
  read_uptime
  exit_at=$uptime
  # The folder may have been removed, and nobody be there to make it again.
  [ -f "$stage/id" ] || { mkdir -p "$stage" && echo "$1" >"$stage/id"; }
  { printf '%-127s\n' "$code $exit_at" 1<>"$stage/exit"; } 2>/dev/null
  # After the record: a stop may end this, too.
  drain "$3"
  exit "$code"
}

# await_child PID: sets `code` to its exit status. A handled signal ends `wait` early, in bash also one whose handler ran just
# before: who lives has not ended, and is waited for again.
await_child() {
  while :; do
    wait "$1"
    code=$?
    [ "$code" -gt 128 ] || return 0
    read_process "$1" && continue
    wait "$1"
    last=$?
    [ "$last" = 127 ] || code=$last
    return 0
  done
}

# drain LOG: what the command printed last is lost with the FIFO, unless somebody reads it. Waits until the logger has
# come to the end, and replaces one that was killed. Whatever the command left running may hold the FIFO open for long:
# then the logger goes on alone.
drain() {
  exec >/dev/null 2>&1
  # The heart is about to make it again.
  waited=0
  while [ ! -e "$1" ] && [ "$waited" -lt 30 ]; do
    waited=$((waited + 1))
    sleep 0.1 2>/dev/null || sleep 1
  done
  [ -f "$stage/supervisor.sh" ] && { command exec 4>>"$1"; } 2>/dev/null || return 0
  read -r cap <"$stage/max-log-bytes"
  waited=0 logger_seen=0 successor=0
  while [ ! -f "$stage/drained" ] && [ "$waited" -lt 100 ] && [ "$logger_seen" -lt 20 ]; do
    if logger_lives; then
      logger_seen=$((logger_seen + 1))
    elif [ "$successor" = 0 ] || ! read_process "$successor"; then
      $detach sh "$stage/supervisor.sh" log "$job" "$stage" "$cap" <&9 9<&- &
      successor=$!
    fi
    waited=$((waited + 1))
    sleep 0.1 2>/dev/null || sleep 1
  done
  exec 4>&-
  command : >"$stage/drained"
}

# run_command ID FILE: only positional parameters once the job's variables are set: they may have any name.
run_command() {
  trap - HUP INT QUIT TERM
  # Where memory runs out, this goes before sshd and before the supervisor.
  { echo 500 >/proc/self/oom_score_adj; } 2>/dev/null
  set -- "$1" "$2" "$job/"
  eval "$variables"
  # Whoever stops the job finds by this what left its group and session.
  export UNIVERSE_JOB="$1" UNIVERSE_JOB_FOLDER="$3"
  exec sh "$2"
}

# ------------------------------------------------------------------------------------------------------------- the log

# log JOB STAGE CAP: copies standard input, the FIFO, to the log (4) as it comes. Of more than CAP bytes the first part
# goes to the log, and the last part into two files in turn, from where `finish` puts it behind the first. dd reads and
# writes piece by piece: nothing is held back, nothing is lost where one file ends and the next begins.
log() {
  # Two readers would mix the pieces up. A dd that outlived its logger goes on for a while.
  read_logger
  while [ "$logger" != 0 ] && ! is_process "$logger" "$logger_ticks" && kill -0 "-$logger" 2>/dev/null; do
    sleep 0.1 2>/dev/null || sleep 1
  done
  take_turn logger || return 1
  cap=$1
  log=$job/log
  if [ -s "$stage/log-file" ]; then IFS= read -r log <"$stage/log-file"; fi
  set_parts
  base=''
  if [ -f "$stage/log-base" ]; then read -r base part <"$stage/log-base"; fi
  if [ -z "$base" ]; then
    while :; do
      read_position "$log"
      count=$(((head_bytes - size) / block))
      [ "$count" -gt 0 ] || break
      copy "$count" || return 0
    done
    base=$size part=b
  else
    # Another logger was here before, and ended in the middle of a part.
    read_size "$stage/log-tail.$part"
    base=$((base + size))
  fi
  while :; do
    if [ "$part" = a ]; then part=b; else part=a; fi
    # The part that is overwritten now is lost.
    [ -s "$stage/log-tail.$part" ] && command : >"$job/log-truncated"
    exec 4>"$stage/log-tail.$part"
    printf '%-127s\n' "$base $part" 1<>"$stage/log-base"
    filled=0
    while [ "$filled" -lt "$part_bytes" ]; do
      copy $(((part_bytes - filled + block - 1) / block)) || return 0
      read_position "$stage/log-tail.$part"
      filled=$size
    done
    base=$((base + filled))
  done
}

# Sets `logger` and `logger_ticks`: the last one.
read_logger() {
  logger=0 logger_ticks=0
  for file in "$job"/logger.[0-9]*; do
    if [ -f "$file" ]; then read -r logger logger_ticks <"$file"; fi
  done
}

# Whether somebody copies the FIFO: the logger, or its dd alone.
logger_lives() {
  read_logger
  [ "$logger" != 0 ] || return 1
  is_process "$logger" "$logger_ticks" || kill -0 "-$logger" 2>/dev/null
}

# Sets `block`, `tail_bytes`, `head_bytes` and `part_bytes` for `cap`.
set_parts() {
  block=$((cap / 64))
  [ "$block" -le 65536 ] || block=65536
  [ "$block" -ge 1 ] || block=1
  tail_bytes=$((cap / 4))
  [ "$tail_bytes" -le 8388608 ] || tail_bytes=8388608
  head_bytes=$((cap - tail_bytes))
  part_bytes=$((tail_bytes + block))
}

# Sets `size`: the position of 4, which writes to file $1.
read_position() {
  size=
  if [ -r "/proc/$$/fdinfo/4" ]; then
    { read -r _ size <"/proc/$$/fdinfo/4"; } 2>/dev/null
  fi
  # Position 0: nothing was written since the file was opened; it may have held something before.
  if [ -z "$size" ] || [ "$size" = 0 ]; then read_size "$1"; fi
}

# Copies at most $1 (and at most 1024) pieces to 4; false at the end of the input.
copy() {
  pieces=$1
  [ "$pieces" -le 1024 ] || pieces=1024
  report=$(LC_ALL=C dd bs="$block" count="$pieces" 2>&1 >&4)
  copied=$?
  if [ "$copied" -gt 128 ]; then return 0; fi
  if [ "$copied" -gt 125 ]; then
    # There is no dd.
    cat >&4
    return 1
  fi
  # "12+3 records in": whole and partial ones. GNU's dd may grumble about partial ones before.
  records=${report%% records in*}
  records=${records##*[!0-9+]}
  if [ "$copied" = 0 ]; then
    [ "$((${records%+*} + ${records#*+}))" -ge "$pieces" ]
    return $?
  fi
  # The disk is full. One piece is lost with each try: the job must not wait for somebody to make room.
  command : 2>/dev/null >"$job/log-truncated"
  on_full_disk
  sleep 0.1 2>/dev/null || sleep 1
  return 0
}

# Puts the last part of the log behind the first, with a word in between on what is missing. Sets `output_bytes`.
merge_log() {
  read_size "$log"
  output_bytes=$size
  [ -f "$stage/log-tail.a" ] || return 0
  read -r cap <"$stage/max-log-bytes"
  read -r base newer <"$stage/log-base"
  if [ "$newer" = a ]; then older=b; else older=a; fi
  head_size=$size
  read_size "$stage/log-tail.$older"
  older_size=$size
  read_size "$stage/log-tail.$newer"
  output_bytes=$((base + size))
  room=$((cap - head_size))
  if [ ! -f "$job/log-truncated" ] && [ "$((older_size + size))" -le "$room" ]; then
    cat "$stage/log-tail.$older" "$stage/log-tail.$newer" >>"$log" 2>/dev/null
  else
    note=$(printf '\n[... %015d bytes of output left out ...]' 0)
    keep=$((room - ${#note} - 1))
    if [ "$keep" -gt 0 ]; then
      missing=$((output_bytes - head_size - keep))
      [ "$missing" -ge 0 ] || missing=0
      {
        printf '\n[... %015d bytes of output left out ...]\n' "$missing"
        cat "$stage/log-tail.$older" "$stage/log-tail.$newer" 2>/dev/null | tail -c "$keep"
      } >>"$log"
    fi
    command : >"$job/log-truncated"
  fi
  rm -f "$stage/log-tail.a" "$stage/log-tail.b"
}

# -------------------------------------------------------------------------------------------------------- the heartbeat

# beat JOB STAGE SUPERVISOR_PID SUPERVISOR_TICKS ID: lives as long as the supervisor does. The file is overwritten in
# place by one write of constant size: a reader never sees an empty file. In most seconds only `sleep` is forked.
beat() {
  prepare_beat "$1"
  # The record is made by the keeper, which was started at the same time.
  while ! read_started || [ "$id" != "$3" ]; do
    if [ -f "$job/started" ] || ! is_process "$1" "$2"; then return 0; fi
    sleep 0.05 2>/dev/null || sleep 1
  done
  take_turn beat || return 0
  IFS= read -r record <"$job/started"
  waited=0
  while [ "$last_logger" = 0 ] && [ "$waited" -lt 20 ]; do
    note_logger
    waited=$((waited + 1))
    [ "$last_logger" != 0 ] || sleep 0.05 2>/dev/null || sleep 1
  done
  command : >"$stage/beating"
  reserve_space &
  while is_process "$1" "$2"; do
    tick
    sleep 1
  done
}

# prepare_beat SUPERVISOR_PID
prepare_beat() {
  beats_for=$1
  cpu=- memory=- rows=- commits=- tip=- oom_kills=0 disk_full=0 limited=0
  counted_ref='' counter='' scanner=''
  beats=0 scan_at=0 count_at=0 last_logger=0 last_ticks=0
  results='' git='' branch=''
  if [ -s "$stage/results-file" ]; then IFS= read -r results <"$stage/results-file"; fi
  if [ -s "$stage/git-directory" ]; then IFS= read -r git <"$stage/git-directory"; fi
  if [ -s "$stage/branch" ]; then IFS= read -r branch <"$stage/branch"; fi
  read -r cap <"$stage/max-log-bytes"
  hertz=$(getconf CLK_TCK 2>/dev/null) || hertz=100
  page=$(getconf PAGESIZE 2>/dev/null) || page=4096
  read_uptime
  began=${uptime%.*}
  if [ -n "$git" ] && [ ! -s "$stage/base-commit" ]; then
    read_ref
    [ -n "$ref" ] || read_head
    [ -z "$ref" ] || echo "$ref" >"$stage/base-commit"
  fi
}

tick() {
  read_uptime
  now=${uptime%.*}
  [ -f "$job/started" ] && [ -d "$stage" ] || restore
  if [ ! -e "$log" ] || { [ ! -s "$log" ] && [ -s "/proc/$$/fd/4" ]; }; then restore_log; fi
  [ -f "$job/started" ] || restore_record
  beats=$((beats + 1))
  if [ "$((beats % 5))" = 1 ]; then
    ensure_logger
    note_logger
    if ! probe_disk; then
      disk_full=1
      on_full_disk
    fi
    if [ -f "$job/disk-full" ]; then disk_full=1; fi
    read_cgroup
    if [ -n "$cgroup" ]; then
      limited=1
      { read -r _ usec <"$cgroup/cpu.stat" && cpu=$((usec / 1000000)); } 2>/dev/null
      { read -r memory <"$cgroup/memory.current"; } 2>/dev/null
      read_oom_kills
    fi
  fi
  if [ -z "$cgroup" ]; then read_usage; fi
  read_facts
  read_position "$log"
  output=$size
  base=''
  { read -r base part <"$stage/log-base"; } 2>/dev/null
  if [ -n "$base" ]; then
    logged=$size
    read_size "$stage/log-tail.$part"
    output=$((base + size)) size=$logged
  fi
  boot=${job_boot%%-*}
  line="$uptime ${boot:--} $beats_for $started_at ${size:-0} ${output:-0} ${cpu:--} ${memory:--} ${rows:--} \
${commits:--} ${tip:--} ${oom_kills:-0} $disk_full $limited $uptime"
  { printf '%-255s\n' "$line
" 1<>"$job/heartbeat"; } 2>/dev/null
}

# CPU time and memory of the job's processes: those of its group and session, and their descendants. Young jobs are
# looked at more often; at most 1 % of the time goes into it.
read_usage() {
  took=
  if { read -r used pages took <"$stage/usage"; } 2>/dev/null && [ -n "$took" ]; then
    seconds=$((used / hertz)) memory=$((pages * page))
    # Who has ended and was inherited by process 1 is not in the sum any more.
    if [ "$cpu" = - ] || [ "$seconds" -gt "$cpu" ]; then cpu=$seconds; fi
  fi
  [ "$now" -ge "$scan_at" ] && [ -d /proc/self ] || return 0
  if [ -n "$scanner" ] && read_process "$scanner"; then return 0; fi
  pause=$(((now - began) / 4))
  [ "$pause" -le 15 ] || pause=15
  [ "$pause" -ge 1 ] || pause=1
  # In hundredths of a second, so seconds are a hundred times as long.
  [ "$pause" -ge "${took:-0}" ] || pause=$took
  scan_at=$((now + pause))
  scan_processes &
  scanner=$!
}

scan_processes() {
  scan_began=$uptime
  sums=$(cat /proc/[0-9]*/stat 2>/dev/null | awk -v job="$job_pid" '
    {
      pid = $1
      sub(/^.*\) /, "")
      if (NF < 22) next
      parent[pid] = $2; used[pid] = $12 + $13 + $14 + $15; pages[pid] = $22
      if ($3 == job || $4 == job || pid == job) mine[pid] = 1
    }
    END {
      do {
        found = 0
        for (pid in parent) if (!(pid in mine) && (parent[pid] in mine)) { mine[pid] = 1; found = 1 }
      } while (found)
      for (pid in mine) { ticks += used[pid]; rss += pages[pid] }
      printf "%.0f %.0f", ticks, rss
    }' 2>/dev/null)
  [ -n "$sums" ] || return 0
  read_uptime
  took=$((${uptime%.*} - ${scan_began%.*}))
  [ "$took" -gt 0 ] && took=$((took * 100))
  # Within one second, or over one border of seconds: the hundredths count.
  if [ "$took" -le 100 ]; then
    took=$((took + 1${uptime#*.} - 1${scan_began#*.}))
  fi
  printf '%-127s\n' "$sums $took" 1<>"$stage/usage"
}

# Sets `ref`: the commit of the branch, without a fork; empty when there is none, or only a packed one.
read_ref() {
  ref=
  git_folder=$git
  if [ -d "$git/.git" ]; then git_folder=$git/.git; fi
  { read -r ref <"$git_folder/refs/heads/$branch"; } 2>/dev/null
  case $ref in *[!0-9a-f]*) ref= ;; esac
}

# The same for the branch that is checked out: what a branch that does not exist yet will begin at.
read_head() {
  ref=$(command git --git-dir="$git_folder" rev-parse --verify --quiet HEAD 2>/dev/null)
}

# Results rows and commits are counted by a process of its own, when the files have changed and at least once a minute.
read_facts() {
  [ -n "$results$git" ] || return 0
  fields=''
  { read -r fields <"$stage/facts"; } 2>/dev/null
  if [ -n "$fields" ]; then
    # shellcheck disable=SC2086
    set -- $fields
    rows=$1 commits=$2 tip=$3
  fi
  due=0
  if [ "$now" -ge "$count_at" ]; then due=1; fi
  if [ -n "$results" ] && [ -f "$results" ]; then
    if [ ! -f "$stage/counted" ] || [ "$results" -nt "$stage/counted" ]; then due=1; fi
  fi
  if [ -n "$git" ]; then
    read_ref
    [ "$ref" = "$counted_ref" ] || due=1
  fi
  [ "$due" = 1 ] || return 0
  if [ -n "$counter" ] && read_process "$counter"; then return 0; fi
  count_at=$((now + 60))
  counted_ref=$ref
  { command : >"$stage/counted"; } 2>/dev/null
  count_facts &
  counter=$!
}

count_facts() {
  rows=- commits=- tip=-
  if [ -n "$results" ] && [ -f "$results" ]; then
    rows=$(grep -c . "$results" 2>/dev/null)
    # The first line is the header.
    rows=$((${rows:-0} - 1))
    [ "$rows" -ge 0 ] || rows=0
  fi
  if [ -n "$git" ]; then
    [ -n "$ref" ] || ref=$(command git --git-dir="$git_folder" rev-parse --verify --quiet "refs/heads/$branch" 2>/dev/null)
    if [ -n "$ref" ]; then
      tip=$ref
      [ -s "$stage/base-commit" ] || echo "$ref" >"$stage/base-commit"
      read -r base_commit <"$stage/base-commit"
      commits=$(command git --git-dir="$git_folder" rev-list --count "$base_commit..$ref" 2>/dev/null) || commits=-
    fi
  fi
  printf '%-12s %-12s %-64s\n' "$rows" "$commits" "$tip" 1<>"$stage/facts"
}

# The logger may have been killed. Whatever the job printed since waits in the FIFO.
ensure_logger() {
  # Just started, it has not taken its turn yet; without the job there is nothing to log.
  [ "$beats" -gt 1 ] || [ "$adopter" = 1 ] || return 0
  is_process "$job_pid" "$job_ticks" && ! logger_lives || return 0
  { command : <&6; } 2>/dev/null || return 0
  start_logger
}

# Remembers who logs, for the day the file that tells it is removed.
note_logger() {
  read_logger
  if [ "$logger" != 0 ]; then last_logger=$logger last_ticks=$logger_ticks; fi
}

start_logger() {
  $detach sh "$stage/supervisor.sh" log "$job" "$stage" "$cap" <&6 >/dev/null 2>&1 6<&- 8<&- &
}

# The job's folder was removed. What must be there is written again; all of it is still open here.
restore() {
  { mkdir -p "$stage" && chmod 700 "$job"; } 2>/dev/null || return 0
  [ -f "$stage/id" ] || echo "$id" >"$stage/id"
  [ -f "$stage/max-log-bytes" ] || echo "$cap" >"$stage/max-log-bytes"
  [ -f "$stage/log-file" ] || { [ "$log" = "$job/log" ] || echo "$log" >"$stage/log-file"; }
  [ -f "$stage/supervisor.sh" ] || cat "/proc/$$/fd/8" >"$stage/supervisor.sh" 2>/dev/null
  take_turn beat
  [ "$adopter" = 0 ] || take_turn adopted
  [ "$log" = "$job/log" ] || ln -sf "$log" "$job/log"
}

# Last of all: whoever finds the record finds the rest.
restore_record() {
  { echo "$record" >"$stage/started" && ln "$stage/started" "$job/started"; } 2>/dev/null
  rm -f "$stage/started"
}

restore_log() {
  mkdir -p "${log%/*}"
  # A logger that is stopped loses at most the piece that it holds.
  if is_process "$last_logger" "$last_ticks"; then
    kill -TERM "-$last_logger" 2>/dev/null || kill -TERM "$last_logger" 2>/dev/null
  fi
  waited=0
  while [ "$waited" -lt 10 ] && is_process "$last_logger" "$last_ticks"; do
    waited=$((waited + 1))
    sleep 0.05 2>/dev/null || sleep 1
  done
  cat "/proc/$$/fd/4" >"$log" 2>/dev/null
  { command exec 4>>"$log"; } 2>/dev/null && start_logger
}

# ------------------------------------------------------------------------------------------------------------- adopting

# ensure_supervisor SCRIPT: makes a new supervisor, or a new heart for a living one, where that is needed.
ensure_supervisor() {
  [ -f "$job/ended" ] && return 0
  find_stage || { mkdir -p "$stage" && echo "$id" >"$stage/id"; }
  if [ ! -s "$stage/supervisor.sh" ]; then cp "$1" "$stage/supervisor.sh"; fi
  [ -s "$stage/max-log-bytes" ] || echo 536870912 >"$stage/max-log-bytes"
  if is_process "$supervisor_pid" "$supervisor_ticks"; then
    # Without a heartbeat the folder is just being made again.
    [ -f "$job/heartbeat" ] || return 0
    read -r beat_at _ <"$job/heartbeat"
    read_uptime
    [ "$((${uptime%.*} - ${beat_at%.*}))" -gt 15 ] || return 0
    act=rebeat
  else
    act=watch
  fi
  $detach sh "$stage/supervisor.sh" "$act" "$job" "$stage" "$supervisor_pid" "$supervisor_ticks" </dev/null >/dev/null 2>&1 &
  child=$!
  # Until it has done its work, or has its turn.
  waited=0
  while [ "$waited" -lt 30 ] && [ ! -f "$job/ended" ] && read_process "$child"; do
    for file in "$job"/adopted.[0-9]* "$job"/beat.[0-9]*; do
      if [ -f "$file" ]; then
        read -r holder _ <"$file"
        [ "$holder" != "$child" ] || return 0
      fi
    done
    waited=$((waited + 1))
    sleep 0.1 2>/dev/null || sleep 1
  done
}

# Opens what the dead supervisor or heart had open.
reopen() {
  exec 4>>"$log" 8<"$stage/supervisor.sh"
  fifo=$stage/output
  [ -p "$fifo" ] || fifo=/proc/$job_pid/fd/9
  if [ -p "$fifo" ]; then
    exec 5<>"$fifo"
    exec 6<"$fifo"
    exec 5>&-
  fi
}

# rebeat JOB STAGE SUPERVISOR_PID SUPERVISOR_TICKS
rebeat() {
  read_started || return 0
  reopen
  beat "$1" "$2" "$id"
}

# watch JOB STAGE: the supervisor of a job that another one started. It is not the job's parent: the exit status comes
# from the keeper's record.
watch() {
  trap : HUP INT QUIT TERM
  read_started || return 0
  take_turn adopted || return 0
  adopter=1
  [ -f "$job/ended" ] && return 0
  IFS= read -r record <"$job/started"
  read_boot
  if [ "$job_boot" = "$boot" ]; then
    reopen
    prepare_beat $$
    take_turn beat
    while is_process "$job_pid" "$job_ticks" || { ! read_exit && kill -0 "-$job_pid" 2>/dev/null; }; do
      tick
      sleep 1
    done
    exec 6<&-
  fi
  if read_exit; then
    finish "$exit_code"
    return 0
  fi
  # Nobody knows how it ended. What it said last is kept, what was set aside is given back.
  rm -f "$stage/reserve.1" "$stage/reserve.2"
  merge_log
}

# -------------------------------------------------------------------------------------------------------------- the end

# finish EXIT_STATUS: writes the end down, once.
finish() {
  code=$1
  find_stage
  # A keeper that was killed while it waited for the logger had its record made.
  if read_exit; then code=$exit_code; fi
  waited=0
  while [ ! -f "$stage/drained" ] && [ "$waited" -lt 20 ] && logger_lives; do
    waited=$((waited + 1))
    sleep 0.1 2>/dev/null || sleep 1
  done
  release_reserve
  rm -f "$stage/reserve.1" "$stage/reserve.2"
  take_turn finisher || return 0
  [ -f "$job/ended" ] && return 0
  merge_log
  read_size "$log"
  read_cgroup
  read_oom_kills
  end=exited
  if [ -f "$job/stop-requested" ]; then end=stopped
  elif [ "$code" = 0 ]; then end=exited
  elif [ "$oom_kills" -gt 0 ] && { [ -n "$cgroup" ] || [ "$code" = 137 ]; }; then end=out_of_memory
  elif [ -f "$job/disk-full" ]; then end=disk_full
  elif [ "$code" -gt 128 ]; then end=signalled
  fi
  read_uptime
  text="$code ${exit_at:-$uptime} $(date +%s) $size $end $output_bytes"
  [ -f "$stage/ended" ] || { command : >"$stage/ended"; } 2>/dev/null
  printf '%-127s\n' "$text" 1<>"$stage/ended" && mv -f "$stage/ended" "$job/ended"
  [ -z "$cgroup" ] || rmdir "$cgroup" 2>/dev/null
  rm -rf "$stage" "$job"/beat.[0-9]* "$job"/logger.[0-9]* "$job"/finisher.[0-9]*
}

# Prints the live processes of the job: of its group, of its session, of its cgroup, and those that carry its mark.
find_processes() {
  read_boot
  if [ "$job_boot" = "$boot" ]; then
    if [ ! -d /proc/self ]; then
      kill -0 "$job_pid" 2>/dev/null && echo "$job_pid"
    fi
    # A recycled process id has other ticks; then the group and session of that number are not the job's.
    recycled=0
    if read_process "$job_pid" && [ "$ticks" != "$job_ticks" ]; then recycled=1; fi
    for folder in /proc/[0-9]*; do
      pid=${folder#/proc/}
      [ "$recycled" = 0 ] && read_process "$pid" || continue
      if [ "$session" = "$job_pid" ] || [ "$group" = "$job_pid" ]; then echo "$pid"; fi
    done
    # The file is the job's to change: only a cgroup that bears the job's id is believed.
    case ${cgroup##*/} in
    "universe-$id" | "universe-$id.scope")
      for file in "$cgroup/cgroup.procs" "$cgroup"/*/cgroup.procs; do
        [ -r "$file" ] || continue
        while read -r pid; do
          if read_process "$pid"; then echo "$pid"; fi
        done <"$file"
      done
      ;;
    esac
  fi
  for file in $(grep -l "UNIVERSE_JOB=$id" /proc/[0-9]*/environ 2>/dev/null); do
    pid=${file#/proc/}
    pid=${pid%/environ}
    if read_process "$pid"; then echo "$pid"; fi
  done
}

signal_processes() {
  for pid in $processes; do
    kill "-$1" "$pid" 2>/dev/null
    # A stopped process notices TERM only when it goes on.
    [ "$1" != TERM ] || kill -CONT "$pid" 2>/dev/null
  done
}

# stop JOB GRACE_TENTHS: TERM to everything of the job, KILL to what is left after the grace. Prints `stopped` when
# all is gone, `left PIDS` when something would not end.
stop() {
  read_started || await_marked
  if ! read_started; then
    echo stopped
    return 0
  fi
  if find_stage; then
    release_reserve
    read_cgroup
  fi
  [ -f "$job/ended" ] || { command : >"$job/stop-requested"; } 2>/dev/null
  sent=0
  tenths=0
  while :; do
    processes=$(find_processes)
    [ -n "$processes" ] || break
    if [ "$sent" = 0 ]; then
      signal_processes TERM
      sent=143
    elif [ "$tenths" -ge "$grace" ]; then
      # Again and again: a process may fork while it is being looked for.
      signal_processes KILL
      [ "$sent" = 137 ] || killed=$tenths
      sent=137
      if [ "$((tenths - killed))" -ge 300 ]; then
        # shellcheck disable=SC2086
        echo left $processes
        return 1
      fi
    fi
    tenths=$((tenths + 1))
    sleep 0.1 2>/dev/null || { sleep 1; tenths=$((tenths + 9)); }
  done
  # The supervisor writes down the exit status. When it is gone itself, this does.
  waited=0
  while [ ! -f "$job/ended" ]; do
    read_started
    if ! is_process "$supervisor_pid" "$supervisor_ticks" || [ "$waited" -ge 100 ]; then
      [ -f "$job/ended" ] && break
      if read_exit; then sent=$exit_code; fi
      # Nothing was there to be stopped, and nobody knows how it ended: it is lost.
      [ "$sent" != 0 ] || [ -n "$exit_code" ] || break
      mkdir -p "$stage"
      [ -f "$stage/id" ] || echo "$id" >"$stage/id"
      finish "$sent"
      break
    fi
    waited=$((waited + 1))
    sleep 0.1 2>/dev/null || sleep 1
  done
  echo stopped
}

act=$1
job=$2
adopter=0
if command -v setsid >/dev/null 2>&1; then detach=setsid; else detach=; fi
case $act in
start) stage=$3; start ;;
run) stage=$3 own_id=$4; run ;;
log) stage=$3; log "$4" && command : >"$stage/drained" ;;
beat) stage=$3; beat "$4" "$5" "$6" ;;
job) stage=$3; job "$4" "$5" "$6" ;;
adopt) if read_started; then ensure_supervisor "$0"; fi ;;
watch) stage=$3; watch ;;
rebeat) stage=$3; rebeat "$4" "$5" ;;
stop) grace=$3; stop ;;
*) echo "usage: supervisor.sh start|run|log|beat|job|adopt|watch|rebeat|stop JOB …" >&2; exit 2 ;;
esac
