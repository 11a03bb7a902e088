import { LAUNCHERS } from "./launchers/launchers.ts";
import { shellQuote } from "./shell-quote.ts";
import type { AgentSettings, RunBrief } from "./types.ts";

/** What brief.env holds beside the brief. */
export interface BriefEnvironment {
  readonly agent: AgentSettings;
  readonly system: "install" | "check";
  /** Empty or null: the repository comes as a bundle. */
  readonly cloneUrl: string | null;
  /** The campaign's own bootstrap.sh is in the kit. */
  readonly customBootstrap: boolean;
  /** The machine measures claims. */
  readonly prover: boolean;
  readonly gitIdentity: { readonly name: string; readonly email: string } | null;
  readonly agentVersion: string | null;
}

/** brief.env: one quoted shell assignment a line, read by bootstrap.sh. Nothing in it is secret. */
export function briefEnvironment(brief: RunBrief, also: BriefEnvironment): string {
  const values: Record<string, string> = {
    UNIVERSE_RUN_ID: brief.runId,
    UNIVERSE_PROJECT_ID: brief.projectId,
    UNIVERSE_REPO: brief.repo,
    UNIVERSE_LANGUAGE: brief.language,
    UNIVERSE_BRANCH: brief.branch,
    UNIVERSE_BASE_SHA: brief.baseSha,
    UNIVERSE_TIME_LIMIT_HOURS: String(brief.timeLimitHours),
    UNIVERSE_SESSION_ID: brief.sessionId,
    UNIVERSE_AGENT: also.agent.kind,
    UNIVERSE_SYSTEM: also.system,
    UNIVERSE_CLONE_URL: also.cloneUrl ?? "",
    UNIVERSE_CUSTOM_BOOTSTRAP: also.customBootstrap ? "1" : "",
    ...(also.prover ? { UNIVERSE_PROVER: "1" } : {}),
  };
  if (also.gitIdentity !== null) {
    values["UNIVERSE_GIT_NAME"] = also.gitIdentity.name;
    values["UNIVERSE_GIT_EMAIL"] = also.gitIdentity.email;
  }
  const { versionVariable } = LAUNCHERS[also.agent.kind];
  if (versionVariable !== null && also.agentVersion !== null) values[versionVariable] = also.agentVersion;
  return Object.entries(values)
    .map(([name, value]) => `${name}=${value === "" ? "''" : shellQuote(value)}\n`)
    .join("");
}
