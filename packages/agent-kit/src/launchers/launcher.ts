import type { AgentSettings, RunBrief } from "../types.ts";

/** What of a launch differs from agent to agent. */
export interface Start {
  /** POSIX sh, after the prelude that all agents share. */
  readonly command: string;
  readonly env: Readonly<Record<string, string>>;
  readonly secretNames: readonly string[];
}

/** One kind of agent. Adding an agent is adding one of these to the table in launchers.ts. */
export interface Launcher {
  /**
   * Starts the session, or takes it up again where it has begun. `prompt` is one line that stands between
   * double quotes in sh: of what a shell expands it holds the name of the instructions' file and nothing else.
   */
  readonly start: (brief: RunBrief, settings: AgentSettings, prompt: string) => Start;
  /** A start that ends within seconds and costs next to nothing; null: there is nothing to try. */
  readonly preflight: ((brief: RunBrief, settings: AgentSettings) => Start) | null;
  /** POSIX sh that prints the session's cost, where the agent keeps it apart from its log. */
  readonly costProbe: ((brief: RunBrief) => string) | null;
  /**
   * Variables that each hold a whole credential, the one that the agent prefers first. A pool of keys counts them up: ANTHROPIC_API_KEY,
   * ANTHROPIC_API_KEY_2, …
   */
  readonly credentialNames: readonly string[];
  /** What bootstrap.sh reads the version to install from; null: nothing is installed. */
  readonly versionVariable: string | null;
}
