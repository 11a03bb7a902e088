import { resumePlan, sessionEnd } from "@universe-optimize/agent-kit";
import type { JobStatus, Session } from "@universe-optimize/remote-session";
import type { RunResults, Transcript } from "@universe-optimize/results-parser";
import { afterSession } from "../state/after-session.ts";
import { keyNamed } from "./agent-key.ts";
import { agentJobName, agentPlace, agentSecrets, startAgent } from "./agent-session.ts";
import { agentSettings, runBrief } from "./run-brief.ts";
import type { StepContext, StepReport } from "./step.ts";

const NOTHING_SAID: Transcript = {
  format: "empty",
  sessionId: null,
  model: null,
  agentVersion: null,
  turns: null,
  durationMs: null,
  costUsd: null,
  lastResult: null,
  pluginErrors: [],
  lines: 0,
  unreadableLines: 0,
};

/** What the watch has seen of a session that ended. */
export interface SeenEnd {
  readonly status: JobStatus;
  readonly results: RunResults;
  /** Seconds of the run. */
  readonly elapsed: number;
  readonly stopRequested: boolean;
}

/** The agent's session has ended: the run is over, goes on in a resumed session, or waits for a usage limit to be lifted. */
export async function goOnAfter(context: StepContext, session: Session, seen: SeenEnd): Promise<StepReport> {
  const { services, facts, progress } = context;
  const { kind } = services.config.agent;
  const now = services.clock.now();
  // Agents of one's own have no sessions that could be taken up: what they leave is what there is.
  const hasSessions = kind === "claude-code" || kind === "codex" || kind === "gemini";
  if (!hasSessions || seen.stopRequested) {
    const lost = { code: "lost", reason: "the agent vanished with its supervisor" };
    return { kind: "succeeded", ...(seen.status.state === "lost" ? { facts: { stop: lost } } : {}) };
  }
  if (facts.parkedUntil != null) {
    const left = Date.parse(facts.parkedUntil) - now.getTime();
    return left > 0 ? { kind: "again", afterMs: left } : await resume(context, session, seen, "usage_limit");
  }
  const price = await services.machines.price();
  const next = afterSession(
    {
      end: sessionEnd(seen.results.transcript ?? NOTHING_SAID, seen.status.exitCode, { now }),
      lost: seen.status.state === "lost",
      hasSummary: seen.results.summary !== null,
      starts: facts.agentStarts ?? 1,
      elapsedSeconds: seen.elapsed,
      now,
      usdPerHour: price.usdPerHour,
    },
    services.config.run,
  );
  switch (next.kind) {
    case "over":
      return { kind: "succeeded", ...(next.stop === null ? {} : { facts: { stop: next.stop } }) };
    case "resume":
      return await resume(context, session, seen, next.cause);
    case "park":
      progress(`parked until ${next.until.toISOString()}: ${next.reason}`);
      return {
        kind: "again",
        afterMs: Math.max(0, next.until.getTime() - now.getTime()),
        facts: { parkedUntil: next.until.toISOString(), parkedAt: now.toISOString() },
      };
  }
}

async function resume(
  context: StepContext,
  session: Session,
  seen: SeenEnd,
  cause: Parameters<typeof resumePlan>[2],
): Promise<StepReport> {
  const { services, facts, signal, progress } = context;
  const settings = agentSettings(context);
  const plan = resumePlan(runBrief(context), settings, cause);
  const starts = (facts.agentStarts ?? 1) + 1;
  // What the session before has left running goes first: two agents must never work at the same time.
  await session
    .job(agentJobName(facts))
    .stop({ graceMs: services.config.run.stopGraceSeconds * 1000, signal });
  await startAgent(
    session,
    {
      ...plan,
      name: agentJobName({ agentStarts: starts }),
      secrets: agentSecrets(context, plan.secretNames, keyNamed(context, facts.agentKey)),
      model: settings.model,
      ...agentPlace(context),
    },
    signal,
  );
  const parkedMs =
    facts.parkedUntil == null || facts.parkedAt === undefined
      ? 0
      : services.clock.now().getTime() - Date.parse(facts.parkedAt);
  progress(`session taken up again (${cause.replaceAll("_", " ")}), start ${starts}`);
  return {
    kind: "again",
    afterMs: 1000,
    facts: {
      agentStarts: starts,
      secondsBefore: seen.elapsed + Math.max(0, parkedMs) / 1000,
      parkedUntil: null,
    },
  };
}
