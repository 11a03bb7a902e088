import { isAbsolute, resolve } from "node:path";
import type { AgentSettings, RunBrief } from "@universe-optimize/agent-kit";
import { requireFork } from "../run/facts.ts";
import { sessionIdOf } from "../run/run-identity.ts";
import type { StepContext } from "./step.ts";

/** What the agent is told. */
export function runBrief({ services, project, run, facts }: StepContext): RunBrief {
  return {
    runId: run.id,
    projectId: project.id,
    repo: project.repo,
    language: project.language,
    branch: services.config.run.branch,
    baseSha: requireFork(facts, run.id).baseSha,
    timeLimitHours: services.config.run.timeLimitHours,
    sessionId: sessionIdOf(run.id),
  };
}

/** The agent's settings with the plugin's folder made absolute. */
export function agentSettings({ services, facts }: StepContext): AgentSettings {
  const { kind, maxTurns, maxBudgetUsd, plugin, command } = services.config.agent;
  return {
    kind,
    model: facts.model ?? services.config.agent.model,
    maxTurns,
    maxBudgetUsd,
    command,
    plugin: plugin === null || isAbsolute(plugin) ? plugin : resolve(services.paths.root, plugin),
  };
}
