import { AgentKitError } from "../agent-kit-error.ts";
import { shellQuote } from "../shell-quote.ts";

/** A model's name as one word of a shell command. Throws `brief_invalid`. */
export function modelWord(model: string): string {
  if (!/^[A-Za-z0-9][A-Za-z0-9._:/@[\]-]{0,199}$/.test(model)) {
    throw new AgentKitError(
      "brief_invalid",
      "agent.model and agent.fallbackModel must be an alias such as opus or a full model id. Correct the configuration.",
    );
  }
  return shellQuote(model);
}

/** A number above 0 as one word. Throws `brief_invalid`. */
export function positiveWord(value: number, name: string): string {
  if (!Number.isFinite(value) || value <= 0) {
    throw new AgentKitError(
      "brief_invalid",
      `agent.${name} must be a number above 0. Correct the configuration.`,
    );
  }
  return String(value);
}

/** What a preflight prints before it asks the agent; explainPreflight reads it. */
export const PREFLIGHT_MARK = "universe-preflight:";

/** sh: prints the agent's version, or that it is not there. */
export function versionCheck(program: string): string {
  return `if ! command -v ${program} >/dev/null 2>&1; then echo "${PREFLIGHT_MARK} not_installed ${program}"; exit 127; fi
echo "${PREFLIGHT_MARK} version $(${program} --version 2>/dev/null | head -n 1)"`;
}

export const PREFLIGHT_PROMPT =
  "This is a test of the connection. Answer with the one word ready and call no tool.";
