import { readResults } from "@universe-optimize/results-parser";
import type { JobStatus, Session } from "@universe-optimize/remote-session";
import { projectPaths } from "../campaign/campaign-paths.ts";
import { PipelineError } from "../errors.ts";
import { openSession } from "../machine/open-session.ts";
import { stopWasRequested } from "../run/stop-request.ts";
import { addFindings } from "../secrets/finding.ts";
import { stopDecision, type StopDecision } from "../state/stop-rules.ts";
import { harvestBranch, harvestFiles } from "./harvest.ts";
import { AGENT_JOB } from "./launch.ts";
import type { Step, StepContext, StepReport } from "./step.ts";

/** One look: harvest what is new, decide whether to stop, ask to be called again. */
export const watchStep: Step = {
  name: "watch",
  async execute(context) {
    const { services, project, run, facts, signal } = context;
    const session = await openSession(context);
    const job = session.job(AGENT_JOB);
    const status = await job.status(signal);
    if (status.state === "absent")
      throw new PipelineError("agent_not_started", "the agent was never started on this machine", {
        projectId: project.id,
      });

    const findings = addFindings(facts.findings ?? [], await harvestFiles(context, session, false));
    const harvestedSha = await harvestBranch(context, session, false);
    const results = await readResults(projectPaths(services.paths, project.id).results, { signal });
    const elapsed = status.elapsedSeconds ?? 0;
    const seen = results.summary === null ? undefined : (facts.summarySeenAtSeconds ?? elapsed);
    const kept = results.experiments?.counts.kept ?? 0;
    const state = `${status.state} ${kept} ${results.summary !== null}`;
    // With polls of seconds only news is worth a line.
    if (state !== facts.lastSeen || services.config.run.pollMinutes >= 1)
      context.progress(line(status, kept, results.summary !== null));
    const learned = {
      lastSeen: state,
      ...(findings.length === 0 ? {} : { findings }),
      ...(harvestedSha === undefined ? {} : { harvestedSha }),
      ...(seen === undefined ? {} : { summarySeenAtSeconds: seen }),
    };

    if (status.state === "exited" || status.state === "lost") return ended(status, learned);
    const decision = stopDecision(
      {
        elapsedSeconds: elapsed,
        hasSummary: results.summary !== null,
        summaryAgeSeconds: seen === undefined ? null : elapsed - seen,
        keptExperiments: kept,
        stopRequested: await stopWasRequested(services.store, run),
      },
      services.config.run,
    );
    if (decision === null)
      return { kind: "again", afterMs: services.config.run.pollMinutes * 60_000, facts: learned };
    return await stop(context, session, decision, learned);
  },
};

function ended(status: JobStatus, facts: NonNullable<StepReport["facts"]>): StepReport {
  if (status.state === "lost")
    return {
      kind: "succeeded",
      facts: { ...facts, stop: { code: "lost", reason: "the agent vanished with its supervisor" } },
    };
  return { kind: "succeeded", facts };
}

async function stop(
  context: StepContext,
  session: Session,
  decision: NonNullable<StopDecision>,
  facts: NonNullable<StepReport["facts"]>,
): Promise<StepReport> {
  context.progress(decision.reason);
  const graceMs = context.services.config.run.stopGraceSeconds * 1000;
  await session.job(AGENT_JOB).stop({ graceMs, signal: context.signal });
  return { kind: "succeeded", facts: { ...facts, stop: decision } };
}

function line(status: JobStatus, kept: number, hasSummary: boolean): string {
  const time = duration(status.elapsedSeconds ?? 0);
  const state =
    status.state === "exited"
      ? `agent ended with exit status ${status.exitCode ?? "unknown"}`
      : `agent ${status.state}`;
  return `${state}, ${time}, ${kept} kept, ${Math.round(status.logBytes / 1024)} KiB of log${hasSummary ? ", summary written" : ""}`;
}

function duration(seconds: number): string {
  if (seconds < 60) return `${Math.floor(seconds)} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
}
