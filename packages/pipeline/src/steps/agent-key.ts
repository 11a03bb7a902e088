import {
  type AgentKey,
  type AgentKeyChoice,
  type AgentKeyState,
  agentKeys,
  chooseAgentKey,
} from "@universe-optimize/agent-kit";
import { readFacts } from "../run/facts.ts";
import type { StepContext } from "./step.ts";

/**
 * The key for the run's next session, out of the pool that the environment holds. How keys stand is what the runs of the campaign
 * say: which they use, and until when they are parked.
 */
export async function chooseKey(context: StepContext): Promise<AgentKeyChoice> {
  const { services, facts } = context;
  const keys = agentKeys(services.config.agent.kind, services.secrets.names());
  return chooseAgentKey(await keyStates(context, keys), services.clock.now(), facts.agentKey ?? null);
}

async function keyStates(
  { services, run }: StepContext,
  keys: readonly AgentKey[],
): Promise<AgentKeyState[]> {
  if (keys.length === 0) return [];
  const inUse = new Map<string, number>();
  const parked = new Map<string, Date>();
  for (const { id } of await services.store.projects()) {
    const latest = await services.store.latestRun(id);
    if (latest === null || latest.step === "finished") continue;
    const { agentKey, parkedUntil } = readFacts(latest);
    if (agentKey === undefined) continue;
    if (latest.id !== run.id && latest.step === "watch") inUse.set(agentKey, (inUse.get(agentKey) ?? 0) + 1);
    const until = parkedUntil == null ? null : new Date(parkedUntil);
    const known = parked.get(agentKey);
    if (until !== null && (known === undefined || until > known)) parked.set(agentKey, until);
  }
  return keys.map((key) => ({
    ...key,
    concurrency: services.config.agent.keyConcurrency,
    inUse: inUse.get(key.name) ?? 0,
    parkedUntil: parked.get(key.name) ?? null,
  }));
}

/** The key of that name; null for an agent without one. */
export function keyNamed({ services }: StepContext, name: string | undefined): AgentKey | null {
  return (
    agentKeys(services.config.agent.kind, services.secrets.names()).find((key) => key.name === name) ?? null
  );
}
