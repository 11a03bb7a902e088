# One act on a host of an inventory. Sent on standard input after its variables, so nothing shows in the process list:
#   DIR        where machines lie; empty: ~/.universe-hosts
#   KEYS       the login user's authorized keys; empty: ~/.ssh/authorized_keys
#   NAME, ID   the machine; ID empty: whichever has that name
#   EXPECTED   the lease's text as it was seen
#   LEASE      the lease's text to be
#   KEY        type and data of the public key to let in
#   GRACE      minutes after which a claim that was not finished counts as abandoned
# and followed by `act <name>`. POSIX sh; needs Linux's /proc to find processes.
#
#   $DIR/lease/lease.json    who has this host; made by a hard link, so with its text, and by one only
#   $DIR/<name>/id           the machine's id
#   $DIR/<name>/home/        HOME of everything that runs on the machine
#   $DIR/.deleting-<name>.*  being removed
set -u
LC_ALL=C
export LC_ALL
umask 077
newline='
'

act() {
  : "${DIR:=$HOME/.universe-hosts}" "${KEYS:=$HOME/.ssh/authorized_keys}"
  lease=$DIR/lease/lease.json
  "act_$1" </dev/null
}

# What is there: printed for every other act, too.
act_look() {
  folder=no
  [ -n "$NAME" ] && [ -d "$DIR/$NAME" ] && folder=yes
  abandoned=no
  [ -n "$(find "$lease" -mmin "+$GRACE" 2>/dev/null)" ] && abandoned=yes
  printf 'universe-hosts 1\ndir %s\nfolder %s\nabandoned %s\nlease ' "$DIR" "$folder" "$abandoned"
  head -c 65536 "$lease" 2>/dev/null
  return 0
}

# Takes the host when nobody has it.
act_claim() {
  [ -d /proc/self ] || fail 'has no /proc, and only Linux hosts can be cleaned between runs'
  draft=$DIR/lease/.draft.$ID.$$
  # Whoever gives a lease back removes the empty folder, perhaps just now.
  for attempt in 1 2 3; do
    mkdir -p "$DIR/lease" && printf '%s' "$LEASE" >"$draft" && break
    [ "$attempt" -lt 3 ] || fail "cannot write to $DIR/lease"
  done 2>/dev/null
  ln "$draft" "$lease" 2>/dev/null
  rm -f "$draft"
  act_look
}

# Replaces the lease when it is still as expected.
act_replace() {
  draft=$DIR/lease/.draft.$ID.$$
  if lease_is_expected "$lease"; then
    { printf '%s' "$LEASE" >"$draft" && mv -f "$draft" "$lease"; } || fail "cannot write to $DIR/lease"
  fi
  act_look
}

# Turns the own claim into a held lease, then makes the home: a held lease without one is repaired by the same act.
act_hold() {
  act_replace >/dev/null
  EXPECTED=$LEASE
  if lease_is_expected "$lease"; then act_prepare; else act_look; fi
}

# Marks the lease as being deleted, cleans the host, gives the lease back: in this order, so that a kill shows.
act_remove() {
  act_replace >/dev/null
  EXPECTED=$LEASE
  if lease_is_expected "$lease"; then
    act_wipe >/dev/null
    act_release
  else
    act_look
  fi
}

# Gives the lease back when it is still as expected. It is moved aside first, so that nobody else's is removed.
act_release() {
  aside=$DIR/lease/.aside.$ID.$$
  if mv "$lease" "$aside" 2>/dev/null; then
    lease_is_expected "$aside" || ln "$aside" "$lease"
    rm -f "$aside"
  fi
  rm -f "$DIR/lease/.draft.$ID".*
  rmdir "$DIR/lease" 2>/dev/null
  act_look
}

# Makes the machine's home and lets the key in. Safe to repeat.
act_prepare() {
  mkdir -p "$DIR/$NAME/home/tmp" || fail "cannot make $DIR/$NAME/home"
  printf '%s' "$ID" >"$DIR/$NAME/id" || fail "cannot write to $DIR/$NAME"
  if ! has_key; then
    keys=$(real_path "$KEYS")
    mkdir -p "$(dirname "$keys")" || fail "cannot make $(dirname "$keys")"
    draft=$(mktemp "$keys.XXXXXX") || fail "cannot write beside $keys"
    # A last line without its end must not swallow the new one.
    { [ ! -f "$keys" ] || awk '{ print }' "$keys"; printf '%s universe-machine=%s\n' "$KEY" "$NAME"; } >"$draft" || fail "cannot write $draft"
    mv -f "$draft" "$keys" || fail "cannot replace $keys"
  fi
  act_look
}

# Ends the machine's processes, removes its folder and its key. Safe to repeat; the lease stays.
act_wipe() {
  [ -d /proc/self ] || fail 'has no /proc, and only Linux hosts can be cleaned between runs'
  removed=$DIR/.deleting-$NAME.$$
  if [ -d "$DIR/$NAME" ] && { [ -z "$ID" ] || [ ! -f "$DIR/$NAME/id" ] || [ "$(head -c 100 "$DIR/$NAME/id")" = "$ID" ]; }; then
    # Another orchestrator may be removing it at the same time: what is gone is as good as renamed.
    mv "$DIR/$NAME" "$removed" 2>/dev/null || [ ! -e "$DIR/$NAME" ] || fail "cannot rename $DIR/$NAME"
  fi
  end_processes || fail "still has processes that KILL does not end: $(owned_pids | tr '\n' ' ')"
  for folder in "$DIR/.deleting-$NAME".* "$DIR/$NAME"; do
    [ -d "$folder" ] || continue
    # A process may have made its HOME again while it was being ended: that one has no id.
    [ "$folder" = "$DIR/$NAME" ] && [ -f "$folder/id" ] && continue
    rm -rf "$folder" 2>/dev/null || { chmod -R u+rwx "$folder"; rm -rf "$folder"; }
    [ -e "$folder" ] && sleep 1 && rm -rf "$folder" 2>/dev/null
    [ -e "$folder" ] && fail "cannot remove $folder"
  done
  remove_key || fail "cannot rewrite $KEYS"
  act_look
}

fail() {
  printf '%s\n' "$1" >&2
  exit 3
}

lease_is_expected() {
  [ -f "$1" ] && [ "$(head -c 65536 "$1"; printf x)" = "${EXPECTED}x" ]
}

has_key() {
  [ -f "$KEYS" ] && KEY=$KEY awk '
    BEGIN { split(ENVIRON["KEY"], wanted, " ") }
    { for (i = 1; i < NF; i++) if ($i == wanted[1] && $(i + 1) == wanted[2] && $1 !~ /^#/) found = 1 }
    END { exit !found }' "$KEYS"
}

remove_key() {
  mark=universe-machine=$NAME
  [ -f "$KEYS" ] && grep -qF " $mark" "$KEYS" || return 0
  keys=$(real_path "$KEYS")
  draft=$(mktemp "$keys.XXXXXX") || return 1
  MARK=$mark awk '$NF != ENVIRON["MARK"] { print }' "$keys" >"$draft" && mv -f "$draft" "$keys"
}

# Where a link leads, so that the file is replaced and not the link.
real_path() {
  readlink -f "$1" 2>/dev/null || printf '%s\n' "$1"
}

# TERM, two seconds, KILL, until none is left; gives up after some fifteen seconds.
end_processes() {
  round=0
  while :; do
    pids=$(owned_pids)
    [ -z "$pids" ] && return 0
    if [ "$round" -eq 0 ]; then
      kill -TERM $pids 2>/dev/null
    elif [ "$round" -gt 10 ]; then
      kill -KILL $pids 2>/dev/null
    fi
    [ "$round" -gt 60 ] && return 1
    round=$((round + 1))
    sleep 0.2 2>/dev/null || sleep 1
  done
}

# Processes of the machine: by environment (exact lines), or by a working folder below the machine's.
owned_pids() {
  {
    grep -lF -e "UNIVERSE_MACHINE=$NAME" -e "HOME=$DIR/$NAME/home" /proc/[0-9]*/environ 2>/dev/null |
      while read -r file; do
        # Line breaks inside a value become another character, so that only a whole variable is a line.
        lines=$(tr '\n\000' '\001\n' <"$file" 2>/dev/null)
        case $newline$lines$newline in
          *"${newline}HOME=$DIR/$NAME/home${newline}"*) ;;
          *"${newline}UNIVERSE_MACHINE_ID="*) continue ;; # of a local machine: another provider's
          *"${newline}UNIVERSE_MACHINE=$NAME${newline}"*) ;;
          *) continue ;;
        esac
        file=${file#/proc/}
        printf '%s\n' "${file%/environ}"
      done
    ls -ld /proc/[0-9]*/cwd 2>/dev/null | sed -n 's|^.* /proc/\([0-9]*\)/cwd -> |\1 |p' |
      while read -r pid path; do
        case $path/ in
          "$DIR/$NAME/"* | "$DIR/.deleting-$NAME."*) printf '%s\n' "$pid" ;;
        esac
      done
  } | sort -un | while read -r pid; do
    [ "$pid" = "$$" ] || [ "$pid" = "$PPID" ] || [ "$pid" = 1 ] || is_zombie "$pid" || printf '%s\n' "$pid"
  done
}

is_zombie() {
  grep -q '^State:[[:space:]]*[ZX]' "/proc/$1/status" 2>/dev/null
}
