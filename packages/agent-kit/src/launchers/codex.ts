import type { AgentSettings, RunBrief } from "../types.ts";
import type { Launcher, Start } from "./launcher.ts";
import { modelWord, PREFLIGHT_MARK, PREFLIGHT_PROMPT, versionCheck } from "./words.ts";

/** Codex CLI, as its version 0.169.0 behaves. It has neither a turn limit nor a budget: the run's time limit ends it. */
export const codex: Launcher = {
  start,
  preflight,
  costProbe: null,
  credentialNames: ["CODEX_API_KEY", "OPENAI_API_KEY"],
  versionVariable: "UNIVERSE_CODEX_VERSION",
};

const SECRET_NAMES = ["CODEX_API_KEY", "OPENAI_API_KEY", "OPENAI_BASE_URL"];

/** `codex exec` takes its key from CODEX_API_KEY alone, and another address from its configuration alone. */
const SETUP = `if [ -z "\${CODEX_API_KEY:-}" ] && [ -n "\${OPENAI_API_KEY:-}" ]; then export CODEX_API_KEY="$OPENAI_API_KEY"; fi
set --
if [ -n "\${OPENAI_BASE_URL:-}" ]; then set -- -c "openai_base_url=\\"$OPENAI_BASE_URL\\""; fi`;

const SKIP = "--dangerously-bypass-approvals-and-sandbox";

function start(brief: RunBrief, settings: AgentSettings, prompt: string): Start {
  const flags = `--json -m ${modelWord(settings.model)} ${SKIP}`;
  const mark = `"$HOME/.universe/codex-${brief.sessionId.toLowerCase()}"`;
  return {
    // Codex names its sessions itself, so the newest in this folder is ours once we have begun.
    command: `${SETUP}
if [ -f ${mark} ] && find "\${CODEX_HOME:-$HOME/.codex}/sessions" -name 'rollout-*.jsonl' -newer ${mark} 2>/dev/null | grep -q .; then
  exec codex exec resume --last "$@" ${flags} "${prompt}" </dev/null
fi
mkdir -p "$HOME/.universe" && : >${mark}
exec codex exec "$@" ${flags} -C "$UNIVERSE_PROJECT" "${prompt}" </dev/null`,
    env: {},
    secretNames: SECRET_NAMES,
  };
}

function preflight(_brief: RunBrief, settings: AgentSettings): Start {
  return {
    command: `${versionCheck("codex")}
${SETUP}
if [ -z "\${CODEX_API_KEY:-}" ] && [ ! -f "\${CODEX_HOME:-$HOME/.codex}/auth.json" ]; then echo "${PREFLIGHT_MARK} no_key"; exit 1; fi
exec codex exec "$@" --json --ephemeral -m ${modelWord(settings.model)} ${SKIP} --skip-git-repo-check "${PREFLIGHT_PROMPT}" </dev/null`,
    env: {},
    secretNames: SECRET_NAMES,
  };
}
