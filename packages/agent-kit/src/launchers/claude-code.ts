import { usesPlugin } from "../uses-plugin.ts";
import type { AgentSettings, RunBrief } from "../types.ts";
import type { Launcher, Start } from "./launcher.ts";
import { modelWord, positiveWord, PREFLIGHT_MARK, PREFLIGHT_PROMPT, versionCheck } from "./words.ts";

/** Claude Code, as its versions 2.1.197 and 2.1.330 behave. */
export const claudeCode: Launcher = {
  start,
  preflight,
  costProbe,
  credentialNames: [
    "ANTHROPIC_API_KEY",
    "ANTHROPIC_AUTH_TOKEN",
    "CLAUDE_CODE_OAUTH_TOKEN",
    "AWS_BEARER_TOKEN_BEDROCK",
  ],
  versionVariable: "UNIVERSE_CLAUDE_VERSION",
};

const PLUGIN = "$HOME/codeflash-agent/dist";
const SKIP_PERMISSIONS_AS_ROOT = `# As root it refuses to skip permissions unless it is told that the machine is its own.
if [ "$(id -u)" = 0 ]; then export IS_SANDBOX=1; fi`;

const ENV = {
  DISABLE_AUTOUPDATER: "1",
  DISABLE_TELEMETRY: "1",
  CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
  // Test suites of real projects take longer than the default of two minutes.
  BASH_DEFAULT_TIMEOUT_MS: "600000",
  BASH_MAX_TIMEOUT_MS: "3600000",
};

const SECRET_NAMES = [
  "ANTHROPIC_API_KEY",
  "ANTHROPIC_AUTH_TOKEN",
  "CLAUDE_CODE_OAUTH_TOKEN",
  "ANTHROPIC_BASE_URL",
  "ANTHROPIC_DEFAULT_OPUS_MODEL",
  "CLAUDE_CODE_USE_BEDROCK",
  "AWS_REGION",
  "AWS_BEARER_TOKEN_BEDROCK",
  "CODEFLASH_API_KEY",
];

function start(brief: RunBrief, settings: AgentSettings, prompt: string): Start {
  const session = brief.sessionId.toLowerCase();
  const flags = [
    ...commonFlags(settings),
    `--max-turns ${positiveWord(settings.maxTurns, "maxTurns")}`,
    ...(settings.maxBudgetUsd === null
      ? []
      : [`--max-budget-usd ${positiveWord(settings.maxBudgetUsd, "maxBudgetUsd")}`]),
    ...pluginFlags(brief, settings),
  ];
  const plugin = usesPlugin(brief, settings)
    ? `# Claude Code goes on without a plugin that it cannot find.
if [ ! -d "${PLUGIN}" ]; then
  echo "universe: the Codeflash plugin is not in ${PLUGIN}; run the bootstrap again" >&2
  exit 1
fi
`
    : "";
  return {
    command: `${plugin}${SKIP_PERMISSIONS_AS_ROOT}
set -- --session-id ${session}
for transcript in "$HOME"/.claude/projects/*/${session}.jsonl; do
  if [ -f "$transcript" ]; then set -- --resume ${session}; fi
done
exec claude "$@" ${flags.join(" \\\n  ")} \\
  "${prompt}" </dev/null`,
    env: ENV,
    secretNames: SECRET_NAMES,
  };
}

function preflight(brief: RunBrief, settings: AgentSettings): Start {
  const flags = [
    ...commonFlags(settings),
    "--max-turns 1",
    // Without tools the request is small. --tools takes every word up to the next flag.
    '--tools ""',
    // The session must not be taken for the run's own.
    "--no-session-persistence",
    ...pluginFlags(brief, settings),
  ];
  const plugin = usesPlugin(brief, settings)
    ? `if [ ! -d "${PLUGIN}" ]; then echo "${PREFLIGHT_MARK} plugin_missing ${PLUGIN}"; exit 1; fi
echo "${PREFLIGHT_MARK} plugin ${PLUGIN}"
`
    : "";
  return {
    command: `${versionCheck("claude")}
${plugin}${SKIP_PERMISSIONS_AS_ROOT}
exec claude ${flags.join(" \\\n  ")} \\
  "${PREFLIGHT_PROMPT}" </dev/null`,
    // A refused key then shows in about a second, not after minutes of trying.
    env: { ...ENV, CLAUDE_CODE_MAX_RETRIES: "1" },
    secretNames: SECRET_NAMES,
  };
}

function commonFlags(settings: AgentSettings): string[] {
  return [
    "--print",
    "--dangerously-skip-permissions",
    // Text mode prints nothing before the end, and nothing at all when it is stopped.
    "--output-format stream-json --verbose",
    `--model ${modelWord(settings.model)}`,
  ];
}

function pluginFlags(brief: RunBrief, settings: AgentSettings): string[] {
  return usesPlugin(brief, settings) ? [`--plugin-dir "${PLUGIN}"`] : [];
}

/** Claude Code writes the running total to the session's own file, also when it is stopped without a result. */
function costProbe(brief: RunBrief): string {
  return `for file in "$HOME"/.claude/projects/*/${brief.sessionId.toLowerCase()}.jsonl; do
  [ -f "$file" ] && grep -a '"type":"cost-state"' "$file" | tail -n 1 | head -c 65536
done
true`;
}
