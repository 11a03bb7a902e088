#!/bin/sh
# Runs one command of the repository and tells what it left behind. The parent holds the clock: it starts it with the line that it
# writes to descriptor 4 after "ready" came on descriptor 3, and stops it when this process has ended.
#
#   sample.sh key=value... -- COMMAND
#
#   spaces=yes|no   whether this process is the first of its own mount and process namespaces
#   work=DIR        the prover's folder; the command sees only its own tree in it
#   stage=DIR       an empty folder below work, to build file systems on
#   tree=DIR        what the command may see, below work
#   share=DIR       a second folder that stays, or empty
#   cwd=DIR         below tree
#   writable=yes|no whether tree may change
#   bench=DIR       a folder whose content becomes SCRATCH/b, or empty
#   scratch=DIR     where HOME and TMPDIR lie; new and below /tmp with spaces, else made by the parent
#   loopback=yes|no whether to start the loopback interface
#   data=KIB files=BLOCKS processes=N   limits
#   drop=WORDS      a prefix that gives privileges away
set -u
spaces=no work= stage= tree= share= cwd= writable=no bench= scratch= loopback=no data= files= processes= drop=
while [ "$#" -gt 0 ] && [ "$1" != -- ]; do
  case $1 in
    spaces=*) spaces=${1#*=} ;;
    work=*) work=${1#*=} ;;
    stage=*) stage=${1#*=} ;;
    tree=*) tree=${1#*=} ;;
    share=*) share=${1#*=} ;;
    cwd=*) cwd=${1#*=} ;;
    writable=*) writable=${1#*=} ;;
    bench=*) bench=${1#*=} ;;
    scratch=*) scratch=${1#*=} ;;
    loopback=*) loopback=${1#*=} ;;
    data=*) data=${1#*=} ;;
    files=*) files=${1#*=} ;;
    processes=*) processes=${1#*=} ;;
    drop=*) drop=${1#*=} ;;
    *) echo "sample.sh: unknown argument $1" >&2; exit 125 ;;
  esac
  shift
done
shift
command=$1

fail() {
  echo "sample.sh: $1" >&2
  exit 125
}

# A new tmpfs at $1 that holds the folder $2 at the same path as now, moved over $3.
keep() {
  mkdir -p "$1/${2#"$3"/}" || fail "no place for $2"
  mount --bind "$2" "$1/${2#"$3"/}" || fail "cannot bind $2"
  [ "$4" = yes ] || mount -o remount,bind,ro "$1/${2#"$3"/}" || fail "cannot protect $2"
}

# Moves the file system at $1 over $2. Without a real root mount may complain of its own records afterwards, so the result is looked at:
# $3 lies in the file system that was moved.
cover() {
  mount -n --move "$1" "$2" 2>/dev/null
  [ -d "$3" ] && ! mountpoint -q "$1" 2>/dev/null || fail "cannot cover $2"
}

if [ "$spaces" = yes ]; then
  [ "$loopback" = no ] || ip link set lo up 2>/dev/null
  case $work in /tmp/*) under=yes ;; *) under=no ;; esac
  # First /tmp: what lies below it and must stay is bound into the new one before that is moved over it.
  mount -t tmpfs -o mode=1777,size=1g tmpfs "$stage" || fail "no tmpfs"
  mkdir -m 777 "$stage/${scratch#/tmp/}" || fail "no scratch folder"
  mkdir -m 777 "$stage/${scratch#/tmp/}/h" "$stage/${scratch#/tmp/}/t" || fail "no scratch folder"
  if [ -n "$bench" ]; then
    cp -R "$bench" "$stage/${scratch#/tmp/}/b" && chmod -R a+rX "$stage/${scratch#/tmp/}/b" || fail "no benchmark"
  fi
  if [ "$under" = yes ]; then
    keep "$stage" "$tree" /tmp "$writable"
    [ -z "$share" ] || keep "$stage" "$share" /tmp yes
    cover "$stage" /tmp "$scratch/h"
  else
    cover "$stage" /tmp "$scratch/h"
    mount -t tmpfs -o mode=755,size=1m tmpfs "$stage" || fail "no tmpfs"
    keep "$stage" "$tree" "$work" "$writable"
    [ -z "$share" ] || keep "$stage" "$share" "$work" yes
    cover "$stage" "$work" "$tree"
  fi
  for shared in /dev/shm /var/tmp; do
    # The prover's own folder is covered already.
    case $work in "$shared"/*) continue ;; esac
    [ ! -d "$shared" ] || mount -t tmpfs -o mode=1777,size=1g tmpfs "$shared" 2>/dev/null
  done
  mount -o remount,bind,ro / 2>/dev/null
fi
cd "$cwd" || fail "no folder $cwd"

stat() {
  [ ! -r "/proc/$1/stat" ] || { read -r line <"/proc/$1/stat" && printf '%s %s\n' "$2" "$line" >&3; } 2>/dev/null
}

stat $$ before
printf 'ready\n' >&3
IFS= read -r line <&4 || exit 125
exec 4<&-
(
  exec 3>&-
  ulimit -c 0
  [ -z "$data" ] || ulimit -d "$data" 2>/dev/null
  [ -z "$files" ] || ulimit -f "$files" 2>/dev/null
  [ -z "$processes" ] || ulimit -p "$processes" 2>/dev/null || ulimit -u "$processes" 2>/dev/null
  # shellcheck disable=SC2086 -- words of a prefix
  exec $drop /bin/sh -c "$command"
) </dev/null
status=$?
stat $$ after
if [ "$spaces" = yes ]; then
  for process in /proc/[0-9]*; do
    [ "$process" = "/proc/$$" ] || stat "${process#/proc/}" left
  done
fi
exit "$status"
