import type { AgentSettings, RunBrief } from "../types.ts";
import type { Launcher, Start } from "./launcher.ts";
import { modelWord, positiveWord, PREFLIGHT_PROMPT, versionCheck } from "./words.ts";

/** Gemini CLI, as its version 0.61.0 behaves. Its turn limit is a setting, not a flag; it has no budget. */
export const gemini: Launcher = {
  start,
  preflight,
  costProbe: null,
  credentialNames: ["GEMINI_API_KEY", "GOOGLE_API_KEY"],
  versionVariable: "UNIVERSE_GEMINI_VERSION",
};

const SECRET_NAMES = [
  "GEMINI_API_KEY",
  "GOOGLE_API_KEY",
  "GOOGLE_GEMINI_BASE_URL",
  "GOOGLE_GENAI_USE_VERTEXAI",
  "GOOGLE_CLOUD_PROJECT",
  "GOOGLE_CLOUD_LOCATION",
];

/**
 * A home of its own, so that nobody's settings are touched: they name the kind of key, which it asks for headless behind a base
 * URL, and the turn limit. (Settings of the system would be heeded in a folder of root's only.)
 */
function setup(maxTurns: string): string {
  return `kind=gemini-api-key
if [ -z "\${GEMINI_API_KEY:-}" ] && [ -n "\${GOOGLE_API_KEY:-}" ]; then
  kind=vertex-ai
  export GOOGLE_GENAI_USE_VERTEXAI=true
fi
export GEMINI_CLI_HOME="$HOME/.universe/gemini-home"
mkdir -p "$GEMINI_CLI_HOME/.gemini"
printf '{"general":{"enableAutoUpdate":false},"privacy":{"usageStatisticsEnabled":false},"security":{"auth":{"selectedType":"%s"}},"model":{"maxSessionTurns":%s}}\\n' \\
  "$kind" ${maxTurns} >"$GEMINI_CLI_HOME/.gemini/settings.json"`;
}

const FLAGS = "--approval-mode yolo --skip-trust -o stream-json";

function start(brief: RunBrief, settings: AgentSettings, prompt: string): Start {
  const session = brief.sessionId.toLowerCase();
  return {
    command: `${setup(positiveWord(Math.ceil(settings.maxTurns), "maxTurns"))}
set -- --session-id ${session}
for chat in "$GEMINI_CLI_HOME"/.gemini/tmp/*/chats/session-*-${session.slice(0, 8)}.json*; do
  if [ -f "$chat" ]; then set -- --resume ${session}; fi
done
exec gemini "$@" ${FLAGS} -m ${modelWord(settings.model)} \\
  -p "${prompt}" </dev/null`,
    env: {},
    secretNames: SECRET_NAMES,
  };
}

function preflight(_brief: RunBrief, settings: AgentSettings): Start {
  return {
    command: `${versionCheck("gemini")}
${setup("2")}
exec gemini ${FLAGS} -m ${modelWord(settings.model)} -p "${PREFLIGHT_PROMPT}" </dev/null`,
    env: {},
    secretNames: SECRET_NAMES,
  };
}
