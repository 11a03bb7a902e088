import type { AgentFile } from "./agent-file.ts";

export type AgentKind = "claude-code" | "codex" | "gemini" | "command" | "demo";

/** What the configuration says of the agent. */
export interface AgentSettings {
  readonly kind: AgentKind;
  /** claude-code: model alias or full id; codex, gemini: full id. */
  readonly model: string;
  /** A stronger model for a second session where the first got stuck; null or absent: none. */
  readonly fallbackModel?: string | null;
  /** claude-code and gemini; codex has no such limit. */
  readonly maxTurns: number;
  /** claude-code only; null: no budget. */
  readonly maxBudgetUsd: number | null;
  /** Local folder of the Codeflash plugin; null: none. Serves Python only. */
  readonly plugin: string | null;
  /** kind `command`: POSIX sh text, run in ~/project. */
  readonly command: string | null;
}

/** What the texts on the machine are made from. */
export interface RunBrief {
  readonly runId: string;
  readonly projectId: string;
  readonly repo: string;
  readonly language: "python" | "javascript" | "typescript" | "java";
  readonly branch: string;
  readonly baseSha: string;
  readonly timeLimitHours: number;
  /** A UUID chosen before launch. */
  readonly sessionId: string;
}

/** Everything that the agent's start needs; nothing in it is secret. */
export interface LaunchPlan {
  /** POSIX sh text for the supervisor, run in ~/project. */
  readonly command: string;
  readonly env: Readonly<Record<string, string>>;
  /** Names of environment variables whose values go to the machine as secrets, where the orchestrator has them. */
  readonly secretNames: readonly string[];
  /** Log of the agent on the machine, relative to home. */
  readonly logFile: string;
}

/** A check to be run on the machine before the launch, in ~ or ~/project, with the same secrets. */
export interface PreflightPlan {
  /** POSIX sh text. Standard output and standard error together are what `explainPreflight` reads. */
  readonly command: string;
  readonly env: Readonly<Record<string, string>>;
  readonly secretNames: readonly string[];
  /** What still runs then hangs: end it, and explain with exit status null. */
  readonly timeoutSeconds: number;
}

/** Files for ~/.universe/kit, uploaded before bootstrap. */
export interface MachineKit {
  readonly files: readonly AgentFile[];
  /** Hash over all files: what the bootstrap's marker holds. */
  readonly hash: string;
}
