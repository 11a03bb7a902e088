import { type AgentKey, explainPreflight, preflightPlan } from "@universe-optimize/agent-kit";
import type { Session } from "@universe-optimize/remote-session";
import { PipelineError } from "../errors.ts";
import { agentSecrets } from "./agent-session.ts";
import { agentSettings, runBrief } from "./run-brief.ts";
import type { StepContext } from "./step.ts";

const POLL_MS = 300;
const MAX_OUTPUT_BYTES = 1024 * 1024;

/**
 * Starts the agent for one tiny request, so that a wrong key, model or plugin shows within seconds and not after hours of a machine.
 *
 * @throws PipelineError `agent_not_started` with the reason and what to do
 */
export async function preflight(context: StepContext, session: Session, key: AgentKey | null): Promise<void> {
  const { services, project, run, signal, progress } = context;
  const plan = preflightPlan(runBrief(context), agentSettings(context));
  if (plan === null) return;
  // A job, since only jobs get secrets in a way that shows nowhere.
  const job = await session.startJob(
    {
      name: `preflight-${run.attempt + 1}`,
      command: plan.command,
      cwd: "project",
      env: plan.env,
      secrets: agentSecrets(context, plan.secretNames, key),
      maxLogBytes: MAX_OUTPUT_BYTES,
    },
    signal,
  );
  let status = await job.status(signal);
  while (status.state === "running" || status.state === "starting") {
    if ((status.elapsedSeconds ?? 0) > plan.timeoutSeconds) {
      await job.stop({ graceMs: 2000, signal });
      break;
    }
    await services.clock.sleep(POLL_MS, signal);
    status = await job.status(signal);
  }
  const output = await session.tail(job.logFile, 0, { maxBytes: MAX_OUTPUT_BYTES, signal });
  const verdict = explainPreflight(
    status.state === "exited" ? status.exitCode : null,
    output?.data.toString("utf8") ?? "",
    services.clock.now(),
  );
  if (verdict.ok) {
    progress(
      `preflight passed${verdict.version === null ? "" : `: version ${verdict.version}`}${verdict.model === null ? "" : `, model ${verdict.model}`}`,
    );
    return;
  }
  throw new PipelineError("agent_not_started", `preflight: ${verdict.message}`, {
    projectId: project.id,
    retryable: verdict.retryable,
  });
}
