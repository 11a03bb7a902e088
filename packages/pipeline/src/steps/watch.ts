import { readResults } from "@universe-optimize/results-parser";
import type { JobStatus, Session } from "@universe-optimize/remote-session";
import { projectPaths } from "../campaign/campaign-paths.ts";
import { PipelineError } from "../errors.ts";
import { openSession } from "../machine/open-session.ts";
import { stopWasRequested } from "../run/stop-request.ts";
import { addFindings } from "../secrets/finding.ts";
import { nextLookMs } from "../state/next-look.ts";
import { untilRenewal } from "../state/push-renewal.ts";
import { stopDecision, type StopDecision } from "../state/stop-rules.ts";
import { harvestBranch, harvestFiles } from "./harvest.ts";
import { agentJobName } from "./agent-session.ts";
import { renewMachinePush } from "./machine-push.ts";
import { goOnAfter } from "./resume.ts";
import type { Step, StepContext, StepReport } from "./step.ts";

/** One look: harvest what is new, decide whether to stop, ask to be called again. */
export const watchStep: Step = {
  name: "watch",
  async execute(context) {
    const { services, project, run, facts, signal } = context;
    const session = await openSession(context);
    const job = session.job(agentJobName(facts));
    const status = await job.status(signal);
    if (status.state === "absent")
      throw new PipelineError("agent_not_started", "the agent was never started on this machine", {
        projectId: project.id,
      });

    const renewed = status.state === "running" ? await renewMachinePush(context, session) : {};
    const findings = addFindings(facts.findings ?? [], await harvestFiles(context, session, false));
    const harvestedSha = await harvestBranch(context, session, false);
    const results = await readResults(projectPaths(services.paths, project.id).results, { signal });
    const elapsed = (facts.secondsBefore ?? 0) + (status.elapsedSeconds ?? 0);
    const seen = results.summary === null ? undefined : (facts.summarySeenAtSeconds ?? elapsed);
    const kept = results.experiments?.counts.kept ?? 0;
    // Kept experiments are the best that is known of a run that goes on.
    const changes = { project: { num_optimizations: kept } };
    const state = `${status.state} ${kept} ${results.summary !== null}`;
    // Between two polls' time only news is worth a line.
    const quiet = elapsed - (facts.lastSaidSeconds ?? 0) < services.config.run.pollMinutes * 60;
    const tells = state !== facts.lastSeen || (!quiet && services.config.run.pollMinutes >= 1);
    if (tells) context.progress(line(status, kept, results.summary !== null));
    const learned = {
      ...renewed,
      lastSeen: state,
      ...(tells ? { lastSaidSeconds: elapsed } : {}),
      ...(findings.length === 0 ? {} : { findings }),
      ...(harvestedSha === undefined ? {} : { harvestedSha }),
      ...(seen === undefined ? {} : { summarySeenAtSeconds: seen }),
    };

    const stopRequested = await stopWasRequested(services.store, run);
    if (status.state === "exited" || status.state === "lost") {
      const exitCode = {
        ...(status.exitCode === null ? {} : { exitCode: status.exitCode }),
        ...(status.end === "out_of_memory" || status.end === "disk_full" ? { exhausted: status.end } : {}),
      };
      const next = await goOnAfter(context, session, { status, results, elapsed, stopRequested });
      return { ...next, facts: { ...learned, ...exitCode, ...next.facts } };
    }
    const decision = stopDecision(
      {
        elapsedSeconds: elapsed,
        hasSummary: results.summary !== null,
        summaryAgeSeconds: seen === undefined ? null : elapsed - seen,
        keptExperiments: kept,
        stopRequested,
      },
      services.config.run,
    );
    if (decision === null)
      return {
        kind: "again",
        afterMs: untilRenewal(
          nextLookMs(elapsed, services.config.run.pollMinutes),
          services.clock.now(),
          renewed.pushRenewAt ?? facts.pushRenewAt,
        ),
        facts: learned,
        changes,
      };
    return await stop(context, session, decision, learned);
  },
};

async function stop(
  context: StepContext,
  session: Session,
  decision: NonNullable<StopDecision>,
  facts: NonNullable<StepReport["facts"]>,
): Promise<StepReport> {
  context.progress(decision.reason);
  const graceMs = context.services.config.run.stopGraceSeconds * 1000;
  await session.job(agentJobName(context.facts)).stop({ graceMs, signal: context.signal });
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
