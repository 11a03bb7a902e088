# shellcheck shell=sh
# What bootstrap.sh installs (UNIVERSE_SYSTEM=install) or looks for (check). Read by bootstrap.sh, which gives say, die,
# KIT and WORK. Every act looks first, so doing it again costs nothing.
#
# Every address can be replaced in the environment, for mirrors and for tests.
: "${UNIVERSE_UV_VERSION:=0.13.8}" "${UNIVERSE_NODE_VERSION:=22.23.3}" "${UNIVERSE_CLAUDE_VERSION:=2.1.330}"
: "${UNIVERSE_CODEX_VERSION:=0.169.0}" "${UNIVERSE_GEMINI_VERSION:=0.61.0}"
: "${UNIVERSE_UV_INSTALLER:=https://astral.sh/uv/$UNIVERSE_UV_VERSION/install.sh}"
: "${UNIVERSE_NODE_MIRROR:=https://nodejs.org/dist}"
: "${UNIVERSE_CLAUDE_INSTALLER:=https://claude.ai/install.sh}"
: "${UNIVERSE_DOWNLOAD_PROTOCOLS:==https}"

have() { command -v "$1" >/dev/null 2>&1; }

# retry TRIES COMMAND…: pauses of 2, 4, 8 … seconds between the tries.
retry() {
  tries=$1
  shift
  pause=$UNIVERSE_RETRY_SECONDS
  while :; do
    "$@" && return 0
    tries=$((tries - 1))
    [ "$tries" -gt 0 ] || return 1
    say "that did not work; again in $pause s ($tries tries left)"
    sleep "$pause"
    pause=$((pause * 2))
  done
}

# download URL FILE MINIMUM-BYTES [SHA-256]: FILE appears only when size and checksum are right.
download_once() {
  rm -f "$2.part"
  curl --fail --silent --show-error --location --proto "$UNIVERSE_DOWNLOAD_PROTOCOLS" \
    --connect-timeout 20 --max-time 900 --output "$2.part" -- "$1" || return 1
  size=$(($(wc -c <"$2.part")))
  if [ "$size" -lt "$3" ]; then
    say "$1 has $size bytes; at least $3 were expected"
    return 1
  fi
  if [ -n "${4:-}" ]; then
    sum=$(sha256 "$2.part")
    if [ "$sum" != "$4" ]; then
      say "$1 has the SHA-256 $sum; $4 was expected"
      return 1
    fi
  fi
  mv -f "$2.part" "$2"
}
download() { retry 4 download_once "$@" || die "cannot download $1; check the machine's network"; }
sha256() {
  if have sha256sum; then sha256sum <"$1"; else shasum -a 256 <"$1"; fi | cut -c1-64
}
# An error page of a proxy also answers 200.
must_be_script() { head -c 2 "$1" | grep -q '^#!' || die "what came from $2 is no script; check the machine's network"; }

as_root() {
  if [ "$(id -u)" = 0 ]; then
    env DEBIAN_FRONTEND=noninteractive "$@"
  else
    sudo -n env DEBIAN_FRONTEND=noninteractive "$@"
  fi
}

# ---- system packages -----------------------------------------------------------------------------------------

packages_of_language() {
  case $UNIVERSE_LANGUAGE in
    python) echo python3 python3-dev ;;
    java) echo openjdk-21-jdk maven gradle ;;
  esac
}

missing_packages() {
  for package in "$@"; do
    dpkg-query -W -f='${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed || printf '%s ' "$package"
  done
}

apt_update() { as_root apt-get -qq -o DPkg::Lock::Timeout=600 update; }
apt_install() { as_root apt-get -qq -y --no-install-recommends -o DPkg::Lock::Timeout=600 install "$@" >"$WORK/apt.log" 2>&1; }

prepare_system() {
  if [ "$UNIVERSE_SYSTEM" != install ]; then
    have git || unavailable "git is not on this machine; install it"
    say "git $(git --version | cut -d' ' -f3) is there; nothing is installed on this machine"
    return
  fi
  have apt-get || unavailable "apt-get is not on this machine; use an Ubuntu image, or a bootstrap.sh of your own in the campaign's folder"
  # shellcheck disable=SC2046
  missing=$(missing_packages git curl ca-certificates build-essential tar gzip $(packages_of_language))
  if [ -z "$missing" ]; then
    say "all packages are there already"
    return
  fi
  say "installing $missing"
  # A dpkg that was killed in the middle refuses everything until this has run.
  as_root dpkg --configure -a >/dev/null 2>&1
  retry 4 apt_update || die "apt-get update does not succeed; see the lines above"
  # shellcheck disable=SC2086
  retry 3 apt_install $missing || {
    tail -n 20 "$WORK/apt.log" >&2
    die "apt-get cannot install $missing"
  }
  say "packages are installed"
}

# ---- the language's runtime ----------------------------------------------------------------------------------

node_major() { have node && node -p 'process.versions.node.split(".")[0]' 2>/dev/null || echo 0; }

prepare_runtime() {
  case $UNIVERSE_LANGUAGE in
    python) prepare_python ;;
    javascript | typescript) prepare_node ;;
    java) prepare_java ;;
    *) unavailable "there is no runtime for the language '$UNIVERSE_LANGUAGE'" ;;
  esac
}

prepare_python() {
  if [ "$UNIVERSE_SYSTEM" != install ]; then
    have python3 || unavailable "python3 is not on this machine; install it or choose another project"
    python3 -c 'import sys; sys.exit(sys.version_info < (3, 9))' 2>/dev/null ||
      unavailable "python3 on this machine does not run or is older than 3.9; install a newer one or choose another project"
    say "$(python3 --version 2>&1) is there"
    return
  fi
  if have uv && uv --version >/dev/null 2>&1; then
    say "$(uv --version) is there already"
    return
  fi
  say "installing uv $UNIVERSE_UV_VERSION"
  download "$UNIVERSE_UV_INSTALLER" "$WORK/uv-install.sh" 1000
  must_be_script "$WORK/uv-install.sh" "$UNIVERSE_UV_INSTALLER"
  install_uv() { UV_INSTALL_DIR=$HOME/.local/bin UV_NO_MODIFY_PATH=1 sh "$WORK/uv-install.sh" >"$WORK/uv.log" 2>&1; }
  retry 3 install_uv || {
    tail -n 20 "$WORK/uv.log" >&2
    die "uv's installer does not succeed"
  }
  uv --version >/dev/null 2>&1 || die "uv is installed but does not run"
  say "$(uv --version) is installed"
}

# Node's own archive instead of NodeSource's script: a pinned version with a published checksum, no root, no
# package source that stays on the machine.
prepare_node() {
  if [ "$(node_major)" -ge 20 ] && [ "$UNIVERSE_SYSTEM" != install ]; then
    say "Node $(node --version) is there"
    return
  fi
  [ "$UNIVERSE_SYSTEM" = install ] || unavailable "node (20 or newer) is not on this machine; install it or choose another project"
  if [ "$(node_major)" -ge 22 ]; then
    say "Node $(node --version) is there already"
    return
  fi
  case $(uname -m) in
    x86_64 | amd64) arch=x64 ;;
    aarch64 | arm64) arch=arm64 ;;
    *) die "there is no Node archive for $(uname -m)" ;;
  esac
  release=node-v$UNIVERSE_NODE_VERSION-linux-$arch
  say "installing Node $UNIVERSE_NODE_VERSION"
  base=$UNIVERSE_NODE_MIRROR/v$UNIVERSE_NODE_VERSION
  download "$base/SHASUMS256.txt" "$WORK/SHASUMS256.txt" 64
  sum=$(awk -v file="$release.tar.gz" '$2 == file { print $1 }' "$WORK/SHASUMS256.txt")
  [ "${#sum}" = 64 ] || die "$base/SHASUMS256.txt has no checksum for $release.tar.gz"
  download "$base/$release.tar.gz" "$WORK/node.tar.gz" 100 "$sum"
  tar -xzf "$WORK/node.tar.gz" -C "$WORK" || die "cannot unpack Node; is the disk full?"
  mkdir -p "$HOME/.local/share"
  rm -rf "${HOME:?}/.local/share/$release"
  mv "$WORK/$release" "$HOME/.local/share/$release" || die "cannot move Node to its place"
  for tool in node npm npx corepack; do
    if [ -e "$HOME/.local/share/$release/bin/$tool" ]; then
      ln -sfn "../share/$release/bin/$tool" "$HOME/.local/bin/$tool"
    fi
  done
  [ "$(node_major)" -ge 22 ] || die "Node is installed but does not run"
  say "Node $(node --version) is installed"
}

prepare_java() {
  have java && java -version >/dev/null 2>&1 || unavailable "java is not on this machine; install it or choose another project"
  if [ "$UNIVERSE_SYSTEM" = install ]; then
    have mvn || unavailable "maven is not on this machine although its package is installed"
  fi
  say "$(java -version 2>&1 | head -n 1) is there"
}

# ---- the agent -----------------------------------------------------------------------------------------------

prepare_agent() {
  case $UNIVERSE_AGENT in
    demo)
      # The demonstration agent is a Node script, whatever the project's language.
      if [ "$(node_major)" -lt 20 ] && [ "$UNIVERSE_SYSTEM" = install ]; then prepare_node; fi
      [ "$(node_major)" -ge 20 ] || unavailable "node (20 or newer) is not on this machine; the demonstration agent needs it"
      say "the demonstration agent is in the kit"
      ;;
    claude-code) prepare_claude ;;
    codex) prepare_npm_agent Codex codex @openai/codex "$UNIVERSE_CODEX_VERSION" ;;
    gemini) prepare_npm_agent 'Gemini CLI' gemini @google/gemini-cli "$UNIVERSE_GEMINI_VERSION" ;;
    *) say "the campaign's own command; nothing to install" ;;
  esac
  if [ -n "${UNIVERSE_PROVER:-}" ]; then prepare_prover; fi
  prepare_plugin
}

# The prover is a Node program whose TypeScript runs as it is, which Node does from 22.18 on.
prover_runs() {
  have node && node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 22 || (a === 22 && b >= 18) ? 0 : 1)' 2>/dev/null
}
prepare_prover() {
  if ! prover_runs && [ "$UNIVERSE_SYSTEM" = install ]; then prepare_node; fi
  prover_runs || unavailable "node (22.18 or newer) is not on this machine; claims are measured with it"
  say "Node $(node --version) is there for the proof"
}

claude_version() { have claude && claude --version 2>/dev/null | awk 'NR == 1 { print $1 }'; }

prepare_claude() {
  if [ "$(claude_version)" = "$UNIVERSE_CLAUDE_VERSION" ]; then
    say "Claude Code $UNIVERSE_CLAUDE_VERSION is there already"
    return
  fi
  if [ "$UNIVERSE_SYSTEM" != install ]; then
    have claude || unavailable "claude is not on this machine; install Claude Code $UNIVERSE_CLAUDE_VERSION"
    say "Claude Code $(claude_version) is there (the shipped version is $UNIVERSE_CLAUDE_VERSION)"
    return
  fi
  say "installing Claude Code $UNIVERSE_CLAUDE_VERSION"
  # The native installer needs no Node and checks the binary's checksum itself.
  if retry 2 download_once "$UNIVERSE_CLAUDE_INSTALLER" "$WORK/claude-install.sh" 500; then
    must_be_script "$WORK/claude-install.sh" "$UNIVERSE_CLAUDE_INSTALLER"
    install_claude() { DISABLE_AUTOUPDATER=1 bash "$WORK/claude-install.sh" "$UNIVERSE_CLAUDE_VERSION" >"$WORK/claude.log" 2>&1 </dev/null; }
    retry 3 install_claude || tail -n 20 "$WORK/claude.log" >&2
  fi
  if [ "$(claude_version)" != "$UNIVERSE_CLAUDE_VERSION" ] && [ "$(node_major)" -ge 22 ] && have npm; then
    say "the native installer did not succeed; trying npm"
    install_claude_npm() {
      npm install --global --prefix "$HOME/.local" --no-fund --no-audit "@anthropic-ai/claude-code@$UNIVERSE_CLAUDE_VERSION" >"$WORK/claude.log" 2>&1
    }
    retry 3 install_claude_npm || tail -n 20 "$WORK/claude.log" >&2
  fi
  [ "$(claude_version)" = "$UNIVERSE_CLAUDE_VERSION" ] ||
    die "Claude Code $UNIVERSE_CLAUDE_VERSION could not be installed; check the machine's network"
  say "Claude Code $(claude_version) is installed"
}

# prepare_npm_agent TITLE PROGRAM PACKAGE VERSION
prepare_npm_agent() {
  agent_version() { have "$1" && "$1" --version 2>/dev/null </dev/null | sed -n '1s/^[^0-9]*\([0-9][0-9.]*\).*/\1/p'; }
  found=$(agent_version "$2")
  if [ "$found" = "$4" ]; then
    say "$1 $4 is there already"
    return
  fi
  if [ "$UNIVERSE_SYSTEM" != install ]; then
    have "$2" || unavailable "$2 is not on this machine; install $1 $4 (npm install --global $3@$4)"
    say "$1 $found is there (the shipped version is $4)"
    return
  fi
  # Both are Node programs, whatever the project's language.
  if [ "$(node_major)" -lt 20 ] || ! have npm; then prepare_node; fi
  say "installing $1 $4"
  install_agent_npm() {
    npm install --global --prefix "$HOME/.local" --no-fund --no-audit "$3@$4" >"$WORK/agent.log" 2>&1 </dev/null
  }
  retry 3 install_agent_npm "$@" || tail -n 20 "$WORK/agent.log" >&2
  [ "$(agent_version "$2")" = "$4" ] || die "$1 $4 could not be installed; check the machine's network"
  say "$1 $4 is installed"
}

prepare_plugin() {
  [ -d "$KIT/plugin" ] || return 0
  mkdir -p "$HOME/codeflash-agent"
  cp -R "$KIT/plugin" "$WORK/plugin" || die "cannot copy the Codeflash plugin; is the disk full?"
  rm -rf "${HOME:?}/codeflash-agent/dist"
  mv "$WORK/plugin" "$HOME/codeflash-agent/dist" || die "cannot move the Codeflash plugin to its place"
  say "the Codeflash plugin is in $HOME/codeflash-agent/dist"
}
