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

/** Settings of the system stand above a repository's own; without a named kind of key it does not start headless behind a base URL. */
function setup(maxTurns: string): string {
  return `kind=gemini-api-key
if [ -z "\${GEMINI_API_KEY:-}" ] && [ -n "\${GOOGLE_API_KEY:-}" ]; then
  kind=vertex-ai
  export GOOGLE_GENAI_USE_VERTEXAI=true
fi
mkdir -p "$HOME/.universe"
printf '{"general":{"enableAutoUpdate":false},"privacy":{"usageStatisticsEnabled":false},"security":{"auth":{"selectedType":"%s"}},"model":{"maxSessionTurns":%s}}\\n' \\
  "$kind" ${maxTurns} >"$HOME/.universe/gemini-settings.json"
export GEMINI_CLI_SYSTEM_SETTINGS_PATH="$HOME/.universe/gemini-settings.json"`;
}

const FLAGS = "--approval-mode yolo --skip-trust -o stream-json";

function start(brief: RunBrief, settings: AgentSettings, prompt: string): Start {
  const session = brief.sessionId.toLowerCase();
  return {
    command: `${setup(positiveWord(Math.ceil(settings.maxTurns), "maxTurns"))}
set -- --session-id ${session}
for chat in "$HOME"/.gemini/tmp/*/chats/session-*-${session.slice(0, 8)}.json*; do
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
