import { AgentKitError } from "../agent-kit-error.ts";
import type { AgentKind, AgentSettings, RunBrief } from "../types.ts";
import { claudeCode } from "./claude-code.ts";
import { codex } from "./codex.ts";
import { gemini } from "./gemini.ts";
import type { Launcher, Start } from "./launcher.ts";

/** The campaign's own command. What it may see is for its owner to name. */
const command: Launcher = {
  start: (_brief: RunBrief, settings: AgentSettings): Start => {
    const text = settings.command?.trim() ?? "";
    if (text === "") {
      throw new AgentKitError(
        "command_missing",
        'The agent is "command" but has no command. Set agent.command to the sh text that starts yours.',
      );
    }
    return { command: text, env: {}, secretNames: [] };
  },
  preflight: null,
  costProbe: null,
  credentialNames: [],
  versionVariable: null,
};

const demo: Launcher = {
  start: () => ({
    command: 'exec node "$HOME/.universe/kit/demo-agent.mjs" </dev/null',
    env: {},
    secretNames: [],
  }),
  preflight: null,
  costProbe: null,
  credentialNames: [],
  versionVariable: null,
};

/** Every kind of agent, and all that differs between them but their installation (kit/prepare.sh). */
export const LAUNCHERS: Readonly<Record<AgentKind, Launcher>> = {
  "claude-code": claudeCode,
  codex,
  gemini,
  command,
  demo,
};
