import { launchPlan } from "@universe-optimize/agent-kit";
import { openSession } from "../machine/open-session.ts";
import { chooseKey } from "./agent-key.ts";
import { agentJobName, agentPlace, agentSecrets, startAgent } from "./agent-session.ts";
import { startHarvest } from "./harvest.ts";
import { letMachinePush } from "./machine-push.ts";
import { preflight } from "./preflight.ts";
import { agentSettings, runBrief } from "./run-brief.ts";
import type { Step } from "./step.ts";

/** How soon to look again for a key while all are in use. */
const BUSY_PAUSE_MS = 60_000;

export const launchStep: Step = {
  name: "launch",
  async execute(context) {
    const { services, signal, progress } = context;
    const { kind } = services.config.agent;
    await startHarvest(context);
    const session = await openSession(context);
    const name = agentJobName(context.facts);
    if ((await session.job(name).status(signal)).state !== "absent") {
      progress(`${kind} had been started before`);
      return { kind: "succeeded", facts: { agentStarts: context.facts.agentStarts ?? 1 } };
    }
    const choice = await chooseKey(context);
    if (choice.kind === "busy") return { kind: "again", afterMs: BUSY_PAUSE_MS };
    if (choice.kind === "parked") {
      progress(`every key of ${kind} is at its usage limit until ${choice.until.toISOString()}`);
      return { kind: "again", afterMs: Math.max(0, choice.until.getTime() - services.clock.now().getTime()) };
    }
    const key = choice.kind === "use" ? choice.key : null;
    await preflight(context, session, key);
    const settings = agentSettings(context);
    const plan = launchPlan(runBrief(context), settings);
    const pushing = await letMachinePush(context, session);
    const startedNow = await startAgent(
      session,
      {
        ...plan,
        name,
        secrets: agentSecrets(context, plan.secretNames, key),
        model: settings.model,
        ...agentPlace(context),
      },
      signal,
    );
    progress(startedNow ? `${kind} started` : `${kind} had been started before`);
    return {
      kind: "succeeded",
      facts: { agentStarts: 1, ...pushing, ...(key === null ? {} : { agentKey: key.name }) },
    };
  },
};
