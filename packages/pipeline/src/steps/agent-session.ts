import { type AgentKey, secretSources } from "@universe-optimize/agent-kit";
import type { Session } from "@universe-optimize/remote-session";
import type { RunFacts } from "../run/facts.ts";
import type { StepContext } from "./step.ts";

/** Name of the job that runs the agent's n-th session: a name is never started twice on a machine. */
export function agentJobName({ agentStarts = 1 }: RunFacts): string {
  return agentStarts === 1 ? "agent" : `agent-${agentStarts}`;
}

/** Values for the machine, by the names that the agent looks for; the only place where they are put together. */
export function agentSecrets(
  { services }: StepContext,
  secretNames: readonly string[],
  key: AgentKey | null,
): Record<string, string> {
  const { secrets, config } = services;
  const values = secrets.pick(config.agent.secrets);
  for (const [as, from] of Object.entries(secretSources(config.agent.kind, secretNames, key))) {
    const value = secrets.get(from);
    if (value !== null) values[as] = value;
  }
  return values;
}

/** Where the agent runs, for its supervisor. */
export function agentPlace({ services }: StepContext): Pick<AgentStart, "branch" | "ownMachine"> {
  return { branch: services.config.run.branch, ownMachine: services.config.machines.provider === "azure" };
}

/** Everything that is needed to start a session of the agent as a job. */
export interface AgentStart {
  readonly name: string;
  readonly command: string;
  readonly env: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, string>>;
  readonly logFile: string;
  readonly model: string;
  readonly branch: string;
  /** Whether the machine is ours alone, so that the agent's memory may be bounded for sshd's sake. */
  readonly ownMachine: boolean;
}

/** Starts a session of the agent, or finds that this one was started before. */
export async function startAgent(session: Session, start: AgentStart, signal: AbortSignal): Promise<boolean> {
  const job = await session.startJob(
    {
      name: start.name,
      command: start.command,
      cwd: "project",
      env: { ...start.env, UNIVERSE_MODEL: start.model },
      secrets: start.secrets,
      logFile: start.logFile,
      progress: { resultsFile: "results/results.tsv", gitDirectory: "origin.git", branch: start.branch },
      ...(start.ownMachine ? { memoryLimitBytes: "most" } : {}),
    },
    signal,
  );
  return job.startedNow;
}
