import { checkBrief } from "./check-brief.ts";
import type { Start } from "./launchers/launcher.ts";
import { LAUNCHERS } from "./launchers/launchers.ts";
import type { AgentSettings, LaunchPlan, PreflightPlan, RunBrief } from "./types.ts";

/**
 * How to start the agent, to be run in ~/project by a supervisor that writes the log. The command is POSIX sh, holds no
 * secret, and may be run again after the machine was restarted: Claude Code, Codex and Gemini CLI then resume their session, the demonstration agent goes on after its last result.
 *
 * Every agent finds in its environment: UNIVERSE_PROJECT, UNIVERSE_RESULTS, UNIVERSE_INSTRUCTIONS and UNIVERSE_BRIEF (absolute paths of the clone,
 * the results' folder, the instructions and brief.json), UNIVERSE_RUN_ID, UNIVERSE_PROJECT_ID, UNIVERSE_REPO, UNIVERSE_LANGUAGE,
 * UNIVERSE_BRANCH, UNIVERSE_BASE_SHA, UNIVERSE_TIME_LIMIT_HOURS, UNIVERSE_SESSION_ID.
 *
 * Throws AgentKitError: `brief_invalid`, `command_missing`.
 */
export function launchPlan(brief: RunBrief, settings: AgentSettings): LaunchPlan {
  return planOf(brief, settings, `Read the ${FILE} file and follow its instructions exactly.`);
}

/** Why a session is taken up again. */
export type ResumeCause = "stopped" | "usage_limit" | "connection_lost" | "machine_restarted";

/**
 * How to take up a session again that ended before its work was done: the same session with all it knows, told what happened. Where
 * no session had begun yet it begins. The model is that of `settings`: pass `withFallbackModel(settings)` for the stronger one. For agents of one's own and the
 * demonstration agent it is the launch itself: they go on from what lies in the project and the results.
 *
 * Throws as `launchPlan` does.
 */
export function resumePlan(brief: RunBrief, settings: AgentSettings, cause: ResumeCause): LaunchPlan {
  return planOf(
    brief,
    settings,
    `${HAPPENED[cause]} Commits, files and results are as you left them; processes that you had started are gone. Look at git status, git log and the results folder, read the ${FILE} file again, and go on from there until everything it asks for is written.`,
  );
}

/** The same agent with its stronger model, for a new session; null where there is none, or it is the same. */
export function withFallbackModel(settings: AgentSettings): AgentSettings | null {
  const model = settings.fallbackModel ?? null;
  return model === null || model === settings.model ? null : { ...settings, model, fallbackModel: null };
}

/**
 * A start of the agent that shows within seconds whether its program, key, model and plugin are in order: one tiny request, at most one more
 * try. null for agents of one's own and the demonstration agent. Run it in ~/project with the secrets, then ask `explainPreflight`.
 *
 * Throws as `launchPlan` does.
 */
export function preflightPlan(brief: RunBrief, settings: AgentSettings): PreflightPlan | null {
  checkBrief(brief);
  const start = LAUNCHERS[settings.kind].preflight?.(brief, settings);
  if (start === undefined) return null;
  const { command, env, secretNames } = withPrelude(brief, start);
  return { command, env, secretNames, timeoutSeconds: 90 };
}

const FILE = "${UNIVERSE_INSTRUCTIONS##*/}";

const HAPPENED: Readonly<Record<ResumeCause, string>> = {
  stopped: "Your session was stopped from outside before the work was done.",
  usage_limit: "Your session ended at a usage limit, which has been lifted by now.",
  connection_lost: "Your session ended because the model could not be reached.",
  machine_restarted: "Your session ended because the machine was restarted.",
};

function planOf(brief: RunBrief, settings: AgentSettings, prompt: string): LaunchPlan {
  checkBrief(brief);
  const start = LAUNCHERS[settings.kind].start(brief, settings, prompt);
  return { ...withPrelude(brief, start), logFile: "results/claude_output.log" };
}

function withPrelude(brief: RunBrief, start: Start): Start {
  return {
    command: `${PRELUDE}${start.command}\n`,
    env: { ...environment(brief), ...start.env },
    secretNames: start.secretNames,
  };
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
