import { formatSpeedup, readResults, type RunResults } from "@universe-optimize/results-parser";
import type { OptimizationRow } from "@universe-optimize/state-store";
import { projectPaths } from "../campaign/campaign-paths.ts";
import { errorFacts, PipelineError } from "../errors.ts";
import { openSession } from "../machine/open-session.ts";
import { requireFork } from "../run/facts.ts";
import { verdictOf } from "../state/verdict.ts";
import { harvestBranch, harvestFiles, startHarvest } from "./harvest.ts";
import { AGENT_JOB } from "./launch.ts";
import type { Step, StepContext, StepReport } from "./step.ts";

const LEFTOVER_GRACE_MS = 5000;

export const collectStep: Step = {
  name: "collect",
  async execute(context) {
    const { services, project, run, facts, signal, progress } = context;
    const paths = projectPaths(services.paths, project.id);
    await startHarvest(context);
    const harvest = await lastHarvest(context);
    const harvestedSha = harvest.sha ?? facts.harvestedSha;
    const pushedSha = harvestedSha === undefined ? undefined : await push(context, harvestedSha);

    const results = await readResults(paths.results, { signal });
    for (const issue of results.issues)
      progress(`${issue.file}${issue.line === null ? "" : `:${issue.line}`}: ${issue.message}`);
    const stopReason = facts.stop?.reason ?? run.reason;
    const verdict = verdictOf(results, pushedSha !== undefined, stopReason);
    progress(
      `${verdict.outcome}: ${results.optimizations.length} optimizations${verdict.reason === null ? "" : ` (${verdict.reason})`}`,
    );
    const lost = harvest.gone && verdict.outcome === "failed";
    return {
      kind: "succeeded",
      outcome: lost ? "stopped" : verdict.outcome,
      ...(verdict.reason === null ? {} : { reason: verdict.reason }),
      facts: {
        ...(harvestedSha === undefined ? {} : { harvestedSha }),
        ...(pushedSha === undefined ? {} : { pushedSha }),
      },
      changes: resultChanges(results),
    };
  },
};

/** The machine may be gone, or may never have run the agent: then what was harvested before is what there is. */
async function lastHarvest(context: StepContext): Promise<{ sha: string | undefined; gone: boolean }> {
  try {
    const session = await openSession(context);
    // The agent has ended; what it left running must not write while its results are read.
    await session.job(AGENT_JOB).stop({ graceMs: LEFTOVER_GRACE_MS, signal: context.signal });
    await harvestFiles(context, session);
    return { sha: await harvestBranch(context, session, true), gone: false };
  } catch (error) {
    if (errorFacts(error).code !== "machine_gone") throw error;
    context.progress("the machine is gone; going on with what was harvested before");
    return { sha: undefined, gone: true };
  }
}

async function push(context: StepContext, sha: string): Promise<string> {
  const { services, project, run, facts, signal, progress } = context;
  const fork = requireFork(facts, run.id);
  const { branch } = services.config.run;
  const { bundle } = projectPaths(services.paths, project.id);
  await services.forks.push({ fork, bundleFile: bundle, branch, sha }, signal);
  const remote = await services.forks.branchSha(fork, branch, signal);
  if (remote !== sha)
    throw new PipelineError(
      "step_failed",
      `the fork's ${branch} is ${remote ?? "missing"} after the push of ${sha}`,
      {
        projectId: project.id,
        retryable: true,
      },
    );
  progress(`${branch} pushed to ${fork.forkRepo} at ${sha.slice(0, 10)}`);
  return remote;
}

function resultChanges(results: RunResults): NonNullable<StepReport["changes"]> {
  const best = Math.max(0, ...results.optimizations.map((claim) => claim.cpuSpeedup?.value ?? 0));
  const cost = results.transcript?.costUsd ?? null;
  return {
    project: {
      num_optimizations: results.optimizations.length,
      best_speedup: best > 1 ? `${formatSpeedup(best)} faster` : null,
      summary_json: results.summary === null ? null : JSON.stringify(results.summary),
    },
    optimizations: results.optimizations.map((claim, position): Omit<OptimizationRow, "run_id"> => ({
      position,
      commit_sha: claim.commit,
      function_name: claim.function,
      file: claim.file,
      description: claim.description,
      technique: claim.technique,
      speedup_text: claim.cpuSpeedup?.raw ?? null,
      speedup: claim.cpuSpeedup?.value ?? null,
      memory_text: claim.memoryReduction?.raw ?? null,
      memory_mib: claim.memoryReduction?.value ?? null,
      label: "unproven",
    })),
    ...(cost === null ? {} : { costs: [{ kind: "agent", source: "agent", usd: cost, basis: "measured" }] }),
  };
}
