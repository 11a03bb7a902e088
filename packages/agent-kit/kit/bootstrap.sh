#!/bin/sh
# Makes a machine ready for a run of Universe Optimize. POSIX sh; bash is not needed.
#
#   in:   brief.env beside this file (written by buildKit), optionally ~/.universe/upload/repository.bundle
#   out:  ~/project (a clone on its branch), ~/origin.git (the machine's own bare origin), ~/results,
#         ~/codeflash-agent/dist (Python with the plugin), ~/.universe/instructions, ~/.universe/bootstrap.done
#
# It may be killed at any point and run again. What is made of more than one act is made in ~/.universe/work and
# then renamed, so a name that exists is whole. The marker comes last and holds the kit's hash: the same hash
# again prints one line and ends. Nothing here is secret: keys reach the agent through its supervisor only.
#
# UNIVERSE_SYSTEM=install (a machine of our own) installs what is missing; =check (the operator's own computer,
# existing hosts) installs nothing and says what is missing.
set -u
umask 022

KIT=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd) || exit 1
STATE=$HOME/.universe
WORK=$STATE/work/$$
PROJECT=$HOME/project
ORIGIN=$HOME/origin.git
BUNDLE=$STATE/upload/repository.bundle
PARTS=7
PART=0
NAME=kit

say() { printf 'universe: [%s/%s] %s: %s\n' "$PART" "$PARTS" "$NAME" "$*"; }
die() {
  printf 'universe: [%s/%s] %s: FAILED: %s\n' "$PART" "$PARTS" "$NAME" "$*" >&2
  exit "${STATUS:-1}"
}
# Trying again will not help: exit status 69 (EX_UNAVAILABLE of sysexits.h).
unavailable() {
  STATUS=69
  die "$@"
}
part() {
  PART=$((PART + 1))
  NAME=$1
}

[ -f "$KIT/hash" ] && [ -f "$KIT/brief.env" ] || die "the kit in $KIT is not whole; upload it again"
# shellcheck source=/dev/null
. "$KIT/brief.env"
HASH=$(cat "$KIT/hash")
: "${UNIVERSE_SYSTEM:=check}" "${UNIVERSE_AGENT:=command}" "${UNIVERSE_CLONE_URL:=}" "${UNIVERSE_CUSTOM_BOOTSTRAP:=}"
: "${UNIVERSE_GIT_NAME:=Universe Optimize}" "${UNIVERSE_GIT_EMAIL:=universe-optimize@example.com}"
: "${UNIVERSE_RETRY_SECONDS:=2}"
# A campaign's bootstrap.sh may be a changed copy of this file.
[ -z "${UNIVERSE_NESTED:-}" ] || UNIVERSE_CUSTOM_BOOTSTRAP=
export PATH="$HOME/.local/bin:$PATH" LC_ALL=C GIT_TERMINAL_PROMPT=0

if [ "$(cat "$STATE/bootstrap.done" 2>/dev/null)" = "$HASH" ] && [ -d "$PROJECT/.git" ] && [ -d "$ORIGIN" ]; then
  echo "universe: this machine is ready already (kit $HASH)"
  exit 0
fi

mkdir -p "$WORK" "$HOME/.local/bin" || die "cannot write to $HOME; check the disk and the owner of the folder"
# What earlier, killed runs left half made. A child that outlived its parent writes into a folder of its own.
for left in "$STATE"/work/*; do
  [ "$left" = "$WORK" ] || rm -rf "$left"
done

# shellcheck source=/dev/null
. "$KIT/prepare.sh"

# ---- 1-3: what must be installed -----------------------------------------------------------------------------

if [ -n "$UNIVERSE_CUSTOM_BOOTSTRAP" ]; then
  # The campaign's own bootstrap.sh stands in for these three. The run itself relies on the parts below.
  part system
  say "the campaign's bootstrap.sh takes over the first three parts"
  set -- sh
  if head -n 1 "$KIT/campaign-bootstrap.sh" | grep -q bash; then set -- bash; fi
  export UNIVERSE_SYSTEM UNIVERSE_AGENT UNIVERSE_CLONE_URL UNIVERSE_LANGUAGE UNIVERSE_REPO UNIVERSE_PROJECT_ID \
    UNIVERSE_BRANCH UNIVERSE_BASE_SHA UNIVERSE_RUN_ID
  (cd "$HOME" && UNIVERSE_NESTED=1 UNIVERSE_KIT=$KIT exec "$@" "$KIT/campaign-bootstrap.sh") </dev/null ||
    die "the campaign's bootstrap.sh ended with exit status $?; its output is above"
  PART=3
  mkdir -p "$WORK"
else
  part system
  prepare_system
  part "$UNIVERSE_LANGUAGE"
  prepare_runtime
  part agent
  prepare_agent
fi
command -v git >/dev/null 2>&1 || die "git is not on this machine; install it"

# ---- 4: the clone --------------------------------------------------------------------------------------------

has_commit() { git -C "$PROJECT" cat-file -e "$1^{commit}" 2>/dev/null; }

clone_once() {
  rm -rf "$WORK/clone"
  # Hooks of the operator's template folder have no place in the clone.
  git clone --quiet --no-checkout --template= -- "$1" "$WORK/clone"
}

part repository
if [ ! -f "$STATE/bootstrap.done" ]; then
  # A git that was killed leaves its locks; nobody works here before the first bootstrap has ended.
  for lock in config index HEAD packed-refs "refs/heads/$UNIVERSE_BRANCH"; do rm -f "$PROJECT/.git/$lock.lock"; done
fi
if [ -d "$PROJECT" ] && rmdir "$PROJECT" 2>/dev/null; then :; fi
if [ -e "$PROJECT" ] && ! git -C "$PROJECT" rev-parse --quiet --verify 'HEAD^{commit}' >/dev/null 2>&1; then
  die "$PROJECT exists but is no git repository with commits; move it away and start again"
fi
if [ -e "$PROJECT" ]; then
  has_commit "$UNIVERSE_BASE_SHA" ||
    die "$PROJECT exists and does not contain the base commit $UNIVERSE_BASE_SHA; it belongs to something else: move it away and start again"
  say "$PROJECT is there already"
else
  if [ -n "$UNIVERSE_CLONE_URL" ]; then
    source=$UNIVERSE_CLONE_URL
  elif [ -f "$BUNDLE" ]; then
    source=$BUNDLE
  else
    die "there is neither a URL to clone nor $BUNDLE; upload the bundle and start again"
  fi
  say "cloning $source"
  retry 4 clone_once "$source" || die "git cannot clone $source; see the lines above"
  git -C "$WORK/clone" cat-file -e "$UNIVERSE_BASE_SHA^{commit}" 2>/dev/null ||
    die "$source does not contain the base commit $UNIVERSE_BASE_SHA; synchronise the fork and start again"
  git -C "$WORK/clone" checkout --quiet --no-track -B "$UNIVERSE_BRANCH" "$UNIVERSE_BASE_SHA" ||
    die "git cannot check out $UNIVERSE_BASE_SHA; is the disk full?"
  if [ -f "$WORK/clone/.gitmodules" ]; then
    git -C "$WORK/clone" submodule --quiet update --init --recursive </dev/null ||
      say "some submodules could not be fetched; going on without them"
  fi
  # mv into a folder that has appeared meanwhile would put the clone inside it.
  [ -e "$PROJECT" ] && die "$PROJECT has appeared while it was being cloned: is another bootstrap running?"
  mv "$WORK/clone" "$PROJECT" || die "cannot rename the clone to $PROJECT"
fi
if ! git -C "$PROJECT" rev-parse --quiet --verify "refs/heads/$UNIVERSE_BRANCH" >/dev/null; then
  git -C "$PROJECT" checkout --quiet --no-track -b "$UNIVERSE_BRANCH" "$UNIVERSE_BASE_SHA" ||
    die "git cannot make the branch $UNIVERSE_BRANCH in $PROJECT; commit or remove what is changed there"
fi
git -C "$PROJECT" config user.name "$UNIVERSE_GIT_NAME" &&
  git -C "$PROJECT" config user.email "$UNIVERSE_GIT_EMAIL" &&
  git -C "$PROJECT" config commit.gpgsign false ||
  die "cannot write $PROJECT/.git/config; remove a config.lock that is left there"
say "on $UNIVERSE_BRANCH at $(git -C "$PROJECT" rev-parse --short=12 "$UNIVERSE_BRANCH")"

# ---- 5: the machine's own origin -----------------------------------------------------------------------------
# No GitHub credential is here: the agent pushes to this folder, the orchestrator harvests and pushes from outside.

part origin
if [ -d "$ORIGIN" ]; then
  say "$ORIGIN is there already"
else
  new=$WORK/origin.git
  git clone --quiet --bare --local --template= -- "$PROJECT" "$new" || die "git cannot make $ORIGIN; is the disk full?"
  git -C "$new" update-ref -d "refs/heads/$UNIVERSE_BRANCH"
  git -C "$new" remote remove origin
  # All branches of the fork but the run's own (an earlier run may have left one) and those whose name is in its way.
  git -C "$PROJECT" for-each-ref --format='%(refname:lstrip=3) %(objectname)' refs/remotes/origin |
    awk -v own="$UNIVERSE_BRANCH" '$1 != "HEAD" && $1 != own && index(own, $1 "/") != 1 && index($1, own "/") != 1 {
      print "update refs/heads/" $1 " " $2 }' |
    git -C "$new" update-ref --stdin || die "cannot copy the branches to $ORIGIN"
  default=$(git -C "$PROJECT" symbolic-ref --quiet --short refs/remotes/origin/HEAD 2>/dev/null)
  default=${default#origin/}
  if [ -z "$default" ] || ! git -C "$new" show-ref --quiet --verify "refs/heads/$default"; then
    default=$(git -C "$new" for-each-ref --format='%(refname:lstrip=2)' --points-at "$UNIVERSE_BASE_SHA" refs/heads | head -n 1)
  fi
  if [ -z "$default" ]; then
    default=main
    git -C "$new" update-ref refs/heads/main "$UNIVERSE_BASE_SHA"
  fi
  git -C "$new" symbolic-ref HEAD "refs/heads/$default"
  mv "$new" "$ORIGIN" || die "cannot rename the new origin to $ORIGIN"
  say "$ORIGIN made, default branch $default"
fi
if [ "$(git -C "$PROJECT" config --get remote.origin.url)" != "$ORIGIN" ]; then
  git -C "$PROJECT" remote set-url origin "$ORIGIN" 2>/dev/null || git -C "$PROJECT" remote add origin "$ORIGIN" ||
    die "cannot set the remote 'origin' of $PROJECT"
fi
git -C "$PROJECT" config --unset-all remote.origin.pushurl
git -C "$PROJECT" fetch --quiet --prune origin || die "$PROJECT cannot fetch from $ORIGIN; remove $ORIGIN and start again"

# ---- 6: the instructions -------------------------------------------------------------------------------------
# A CLAUDE.md that the repository tracks stays as it is: the agent should read it too, and git must see no change.

part instructions
exclude=$PROJECT/.git/info/exclude
mkdir -p "$PROJECT/.git/info"
place=
for candidate in CLAUDE.md CLAUDE.local.md CLAUDE.universe.md; do
  if [ -z "$(git -C "$PROJECT" ls-files -- ":(icase)$candidate")" ]; then
    place=$candidate
    break
  fi
done
[ -n "$place" ] || die "the repository tracks CLAUDE.md, CLAUDE.local.md and CLAUDE.universe.md; there is no name left for the instructions"
for line in "/$place" '/.codeflash/'; do
  grep -qxF -- "$line" "$exclude" 2>/dev/null || printf '\n%s\n' "$line" >>"$exclude" || die "cannot write $exclude"
done
cp "$KIT/CLAUDE.md" "$WORK/instructions.md" && mv -f "$WORK/instructions.md" "$PROJECT/$place" &&
  printf '%s\n' "$place" >"$WORK/instructions" && mv -f "$WORK/instructions" "$STATE/instructions" ||
  die "cannot place the instructions in $PROJECT"
say "in $place, unknown to git"

# ---- 7: the results' folder; the marker last -----------------------------------------------------------------

part results
mkdir -p "$HOME/results/benchmarks" || die "cannot make $HOME/results"
printf '%s\n' "$HASH" >"$WORK/done" && mv -f "$WORK/done" "$STATE/bootstrap.done" || die "cannot write the marker"
rm -rf "$WORK"
say "ready (kit $HASH)"
