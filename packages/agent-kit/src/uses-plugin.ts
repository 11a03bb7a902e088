import type { AgentSettings, RunBrief } from "./types.ts";

/** Whether the run has the Codeflash plugin: it serves Python, and only Claude Code loads it. */
export function usesPlugin(
  brief: RunBrief,
  agent: AgentSettings,
): agent is AgentSettings & { readonly plugin: string } {
  return agent.kind === "claude-code" && brief.language === "python" && agent.plugin !== null;
}
