#!/bin/sh
# Supervisor of one detached job. POSIX sh and coreutils; setsid, grep and /proc are used where they exist.
#
#   orchestrator ──tar──▶ JOB/stage.PID/ ──▶ start ──▶ run (own session, the supervisor)
#                                                       ├─ heartbeat: JOB/heartbeat, every second
#                                                       ├─ logger:    FIFO ─▶ log, up to its cap
#                                                       └─ job (own session) ─▶ JOB/started ─▶ exec sh command.sh
#
# JOB is ~/.universe/jobs/NAME, mode 0700. What it holds:
#   started    one line: JOB_PID SUPERVISOR_PID JOB_TICKS SUPERVISOR_TICKS BOOT_ID UPTIME WALL_CLOCK ID LOG
#              Hard-linked into place: complete when it is there, and only one process ever makes it.
#              It is at once the lock and the record: whoever made it executes the command, nobody else does.
#   heartbeat  one line of fixed width: UPTIME LOG_BYTES
#   ended      one line, padded: EXIT_STATUS UPTIME WALL_CLOCK LOG_BYTES
#   log        the log, or a link to where it was wanted
#   log-truncated  is there when output was dropped
#   command.sh.ID  the command
#
# What a crash leaves behind:
#   - before `started`: a stage folder whose owner is dead. The next start removes it and begins anew.
#   - after `started`: the job is never started again. Without `ended` and without a live process it is lost.
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

# Sets `size`: bytes of file $1.
read_size() {
  size=0
  if [ -f "$1" ]; then
    # shellcheck disable=SC2046
    set -- $(wc -c <"$1" 2>/dev/null)
    size=${1:-0}
  fi
}

# Sets the fields of JOB/started; false when the job was never started.
read_started() {
  [ -f "$job/started" ] || return 1
  read -r job_pid supervisor_pid job_ticks supervisor_ticks job_boot started_at started_wall id log <"$job/started"
}

# start JOB STAGE: spawns the supervisor and waits until the job is started. Prints `started LOG`, `existing LOG` or
# `failed REASON`.
start() {
  # Uploads that were cut off: their shell, whose id the folder bears, is gone.
  for other in "$job"/stage.*; do
    [ -d "$other" ] || continue
    kill -0 "${other##*.}" 2>/dev/null || rm -rf "$other"
  done
  if read_started; then
    rm -rf "$stage"
    echo "existing $log"
    return 0
  fi
  read -r own_id <"$stage/id"
  if command -v setsid >/dev/null 2>&1; then detach=setsid; else detach=; fi
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

# run JOB STAGE ID: the supervisor. Lives until the job's command has ended.
run() {
  # Handlers, not "ignore": an ignored signal would stay ignored in the job.
  trap 'interrupted=1' HUP INT QUIT TERM
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
  # Its block is taken now, so that the end can be written down on a full disk.
  printf '%-99s\n' "" >"$stage/ended" || { echo "the disk is full or read-only" >"$stage/error"; exit 1; }
  mkfifo "$stage/output" || { echo "no FIFO could be made in $stage" >"$stage/error"; exit 1; }

  # One open file for supervisor and logger: its position, in fdinfo, is the log's size without a fork.
  exec 4>>"$log"
  $detach sh "$stage/supervisor.sh" log "$job" "$stage" "$cap" </dev/null >&4 2>/dev/null &
  logger=$!
  $detach sh "$stage/supervisor.sh" job "$job" "$stage" "$own_id" $$ "$log" </dev/null >"$stage/output" 2>&1 4>&- &
  child=$!
  beat &
  heart=$!

  # `wait` returns early when a signal is handled; the job's own status comes from the wait that was not interrupted.
  while :; do
    interrupted=0
    wait "$child"
    code=$?
    [ "$interrupted" = 1 ] || break
    read_process "$child" || { wait "$child"; last=$?; [ "$last" = 127 ] || code=$last; break; }
  done
  read_uptime
  ended_at=$uptime
  ended_wall=$(date +%s)
  kill "$heart" 2>/dev/null

  if ! read_started || [ "$id" != "$own_id" ]; then
    # The command was never executed: another start won, or something failed before.
    # start reads the reason in the stage and removes it; without one nothing is worth keeping.
    [ -s "$stage/error" ] || rm -rf "$stage"
    exit 1
  fi
  # What the command printed last is still in the FIFO. Whatever it left running may hold the FIFO open for long.
  waited=0
  while [ "$waited" -lt 20 ] && read_process "$logger"; do
    waited=$((waited + 1))
    sleep 0.1 2>/dev/null || sleep 1
  done
  read_size "$log"
  printf '%-99s\n' "$code $ended_at $ended_wall $size" 1<>"$stage/ended" && mv -f "$stage/ended" "$job/ended"
  rm -rf "$stage"
}

# The heartbeat lives as long as the supervisor does. One line of fixed width, overwritten in place by one write:
# a reader never sees an empty file, and nothing but `sleep` is forked.
beat() {
  trap - HUP INT QUIT TERM
  command : >>"$job/heartbeat"
  while kill -0 $$ 2>/dev/null; do
    read_uptime
    size=
    if [ -r "/proc/$$/fdinfo/4" ]; then
      { read -r _ size <"/proc/$$/fdinfo/4"; } 2>/dev/null
    fi
    # Position 0: nothing was written since the log was opened; it may have held something before.
    if [ -z "$size" ] || [ "$size" = 0 ]; then read_size "$log"; fi
    printf '%-20s %-20s\n' "$uptime" "$size" 1<>"$job/heartbeat"
    sleep 1
  done
}

# log JOB STAGE CAP: copies the FIFO to the log as it comes, until the log has CAP bytes, then drains it: a job that
# prints more must not be ended by a broken pipe. The kernel holds the cap (in blocks of 512 bytes): dd counts short
# reads as whole blocks, and head holds short pieces back.
log() {
  exec <"$stage/output"
  (
    ulimit -c 0 2>/dev/null
    ulimit -f $(($1 / 512)) 2>/dev/null
    exec cat
  ) && return 0
  # cat could not write all that it had read: the cap, or a full disk.
  command : >"$job/log-truncated"
  exec cat >/dev/null
}

# job JOB STAGE ID SUPERVISOR_PID LOG: becomes the job's command.
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
  mv -f "$stage/command.sh" "$job/command.sh.$1" || exit 1
  echo "$$ $2 $job_ticks $ticks $boot $uptime $wall $1 $3" >"$stage/started" || { echo "the disk is full or read-only" >"$stage/error"; exit 1; }
  # The one act that decides: the link is made by one process only, with the whole line in it.
  if ! ln "$stage/started" "$job/started" 2>/dev/null; then
    rm -f "$job/command.sh.$1"
    [ -f "$job/started" ] || echo "$job/started cannot be linked: the home folder's file system must have hard links" >"$stage/error"
    exit 1
  fi
  rm -f "$stage/started"
  [ "$3" = "$job/log" ] || ln -sf "$3" "$job/log"
  # From here on only positional parameters: the job's variables may have any name.
  set -- "$1" "$job/command.sh.$1"
  eval "$variables"
  # Whoever stops the job finds by this what left its group and session.
  export UNIVERSE_JOB="$1"
  exec sh "$2"
}

# Prints the live processes of the job: of its group, of its session, and those that carry its mark.
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
  read_started || { echo stopped; return 0; }
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
    if ! read_process "$supervisor_pid" || [ "$ticks" != "$supervisor_ticks" ] || [ "$waited" -ge 100 ]; then
      [ -f "$job/ended" ] && break
      [ "$sent" != 0 ] || break
      read_uptime
      read_size "$log"
      echo "$sent $uptime $(date +%s) $size" >"$job/ended.$$" && mv -f "$job/ended.$$" "$job/ended"
      break
    fi
    waited=$((waited + 1))
    sleep 0.1 2>/dev/null || sleep 1
  done
  echo stopped
}

act=$1
job=$2
case $act in
start) stage=$3; start ;;
run)
  stage=$3 own_id=$4
  if command -v setsid >/dev/null 2>&1; then detach=setsid; else detach=; fi
  run
  ;;
log) stage=$3; log "$4" ;;
job) stage=$3; job "$4" "$5" "$6" ;;
stop) grace=$3; stop ;;
*) echo "usage: supervisor.sh start|run|log|job|stop JOB …" >&2; exit 2 ;;
esac
