import { launchPlan } from "@universe-optimize/agent-kit";
import { openSession } from "../machine/open-session.ts";
import { startHarvest } from "./harvest.ts";
import { agentSettings, runBrief } from "./run-brief.ts";
import type { Step } from "./step.ts";

/** Name of the agent's job on its machine: a name is never started twice. */
export const AGENT_JOB = "agent";

export const launchStep: Step = {
  name: "launch",
  async execute(context) {
    const { services, signal, progress } = context;
    await startHarvest(context);
    const session = await openSession(context);
    const settings = agentSettings(context);
    const plan = launchPlan(runBrief(context), settings);
    const job = await session.startJob(
      {
        name: AGENT_JOB,
        command: plan.command,
        cwd: "project",
        env: { ...plan.env, UNIVERSE_MODEL: settings.model },
        secrets: services.secrets.pick([...plan.secretNames, ...services.config.agent.secrets]),
        logFile: plan.logFile,
      },
      signal,
    );
    progress(
      job.startedNow
        ? `${services.config.agent.kind} started`
        : `${services.config.agent.kind} had been started before`,
    );
    return { kind: "succeeded" };
  },
};
