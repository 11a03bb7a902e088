import { AgentKitError } from "./agent-kit-error.ts";
import { usesPlugin } from "./build-kit.ts";
import { checkBrief } from "./check-brief.ts";
import { shellQuote } from "./shell-quote.ts";
import type { AgentSettings, LaunchPlan, RunBrief } from "./types.ts";

/**
 * How to start the agent, to be run in ~/project by a supervisor that writes the log. The command is POSIX sh, holds no
 * secret, and may be run again after the machine was restarted: Claude Code then resumes its session, the demonstration agent goes on after its last result.
 *
 * Every agent finds in its environment: UNIVERSE_PROJECT, UNIVERSE_RESULTS, UNIVERSE_INSTRUCTIONS and UNIVERSE_BRIEF (absolute paths of the clone,
 * the results' folder, the instructions and brief.json), UNIVERSE_RUN_ID, UNIVERSE_PROJECT_ID, UNIVERSE_REPO, UNIVERSE_LANGUAGE,
 * UNIVERSE_BRANCH, UNIVERSE_BASE_SHA, UNIVERSE_TIME_LIMIT_HOURS, UNIVERSE_SESSION_ID.
 *
 * Throws AgentKitError: `brief_invalid`, `command_missing`.
 */
export function launchPlan(brief: RunBrief, settings: AgentSettings): LaunchPlan {
  checkBrief(brief);
  const start = START[settings.kind](brief, settings);
  return {
    command: `${PRELUDE}${start.command}\n`,
    env: { ...environment(brief), ...start.env },
    secretNames: start.secretNames,
    logFile: "results/claude_output.log",
  };
}

interface Start {
  readonly command: string;
  readonly env: Readonly<Record<string, string>>;
  readonly secretNames: readonly string[];
}

const PRELUDE = `export PATH="$HOME/.local/bin:$PATH"
export UNIVERSE_PROJECT="$HOME/project" UNIVERSE_RESULTS="$HOME/results" UNIVERSE_BRIEF="$HOME/.universe/kit/brief.json"
UNIVERSE_INSTRUCTIONS="$UNIVERSE_PROJECT/$(cat "$HOME/.universe/instructions" 2>/dev/null || echo CLAUDE.md)"
export UNIVERSE_INSTRUCTIONS
mkdir -p "$UNIVERSE_RESULTS/benchmarks"
`;

function environment(brief: RunBrief): Record<string, string> {
  return {
    // Always there, on every Ubuntu image; en_US.UTF-8 is there only after somebody has generated it.
    LC_ALL: "C.UTF-8",
    UNIVERSE_RUN_ID: brief.runId,
    UNIVERSE_PROJECT_ID: brief.projectId,
    UNIVERSE_REPO: brief.repo,
    UNIVERSE_LANGUAGE: brief.language,
    UNIVERSE_BRANCH: brief.branch,
    UNIVERSE_BASE_SHA: brief.baseSha,
    UNIVERSE_TIME_LIMIT_HOURS: String(brief.timeLimitHours),
    UNIVERSE_SESSION_ID: brief.sessionId,
  };
}

const START: Readonly<Record<AgentSettings["kind"], (brief: RunBrief, settings: AgentSettings) => Start>> = {
  "claude-code": claudeCode,
  command: ownCommand,
  demo: () => ({
    command: 'exec node "$HOME/.universe/kit/demo-agent.mjs" </dev/null',
    env: {},
    secretNames: [],
  }),
};

function claudeCode(brief: RunBrief, settings: AgentSettings): Start {
  const session = brief.sessionId.toLowerCase();
  const flags = [
    "--print",
    "--dangerously-skip-permissions",
    // Text mode prints nothing before the end, and nothing at all when it is stopped.
    "--output-format stream-json --verbose",
    `--model ${shellQuote(checked(settings.model))}`,
    `--max-turns ${positive(settings.maxTurns, "maxTurns")}`,
    ...(settings.maxBudgetUsd === null
      ? []
      : [`--max-budget-usd ${positive(settings.maxBudgetUsd, "maxBudgetUsd")}`]),
    ...(usesPlugin(brief, settings) ? ['--plugin-dir "$HOME/codeflash-agent/dist"'] : []),
  ];
  const plugin = usesPlugin(brief, settings)
    ? `# Claude Code goes on without a plugin that it cannot find.
if [ ! -d "$HOME/codeflash-agent/dist" ]; then
  echo "universe: the Codeflash plugin is not in $HOME/codeflash-agent/dist; run the bootstrap again" >&2
  exit 1
fi
`
    : "";
  return {
    command: `${plugin}# As root it refuses to skip permissions unless it is told that the machine is its own.
if [ "$(id -u)" = 0 ]; then export IS_SANDBOX=1; fi
set -- --session-id ${session}
for transcript in "$HOME"/.claude/projects/*/${session}.jsonl; do
  if [ -f "$transcript" ]; then set -- --resume ${session}; fi
done
exec claude "$@" ${flags.join(" \\\n  ")} \\
  "Read the \${UNIVERSE_INSTRUCTIONS##*/} file and follow its instructions exactly." </dev/null`,
    env: {
      DISABLE_AUTOUPDATER: "1",
      DISABLE_TELEMETRY: "1",
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
      // Test suites of real projects take longer than the default of two minutes.
      BASH_DEFAULT_TIMEOUT_MS: "600000",
      BASH_MAX_TIMEOUT_MS: "3600000",
    },
    secretNames: [
      "ANTHROPIC_API_KEY",
      "ANTHROPIC_AUTH_TOKEN",
      "CLAUDE_CODE_OAUTH_TOKEN",
      "ANTHROPIC_BASE_URL",
      "ANTHROPIC_DEFAULT_OPUS_MODEL",
      "CLAUDE_CODE_USE_BEDROCK",
      "AWS_REGION",
      "AWS_BEARER_TOKEN_BEDROCK",
      "CODEFLASH_API_KEY",
    ],
  };
}

function ownCommand(_brief: RunBrief, settings: AgentSettings): Start {
  const command = settings.command?.trim() ?? "";
  if (command === "") {
    throw new AgentKitError(
      "command_missing",
      'The agent is "command" but has no command. Set agent.command to the sh text that starts yours.',
    );
  }
  // What a command of one's own may see is for its owner to name.
  return { command, env: {}, secretNames: [] };
}

function checked(model: string): string {
  if (!/^[A-Za-z0-9][A-Za-z0-9._:/@[\]-]{0,199}$/.test(model)) {
    throw new AgentKitError(
      "brief_invalid",
      "agent.model must be an alias such as opus or a full model id. Correct the configuration.",
    );
  }
  return model;
}

function positive(value: number, name: string): string {
  if (!Number.isFinite(value) || value <= 0) {
    throw new AgentKitError(
      "brief_invalid",
      `agent.${name} must be a number above 0. Correct the configuration.`,
    );
  }
  return String(value);
}
