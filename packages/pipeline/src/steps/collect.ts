import { formatSpeedup, readResults, type RunResults } from "@universe-optimize/results-parser";
import type { OptimizationRow } from "@universe-optimize/state-store";
import { projectPaths } from "../campaign/campaign-paths.ts";
import { errorFacts } from "../errors.ts";
import { openSession } from "../machine/open-session.ts";
import { addFindings, describeFindings, type SecretFinding } from "../secrets/finding.ts";
import { verdictOf } from "../state/verdict.ts";
import { harvestBranch, harvestFiles, startHarvest } from "./harvest.ts";
import { AGENT_JOB } from "./launch.ts";
import { publish } from "./publish.ts";
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
    const found = addFindings(facts.findings ?? [], harvest.findings);
    const publication = harvestedSha === undefined ? null : await publish(context, harvestedSha, found);
    const findings = publication?.kind === "held" ? publication.findings : found;
    if (findings.length > 0) progress(`held back: ${describeFindings(findings)}`);

    const results = await readResults(paths.results, { signal });
    for (const issue of results.issues)
      progress(`${issue.file}${issue.line === null ? "" : `:${issue.line}`}: ${issue.message}`);
    const stopReason = facts.stop?.reason ?? run.reason;
    const verdict = verdictOf(results, publication !== null, stopReason);
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
        ...(publication?.kind === "pushed" ? { pushedSha: publication.sha } : {}),
        ...(findings.length === 0 ? {} : { findings }),
      },
      changes: resultChanges(results),
    };
  },
};

interface LastHarvest {
  readonly sha: string | undefined;
  readonly gone: boolean;
  readonly findings: readonly SecretFinding[];
}

/** The machine may be gone, or may never have run the agent: then what was harvested before is what there is. */
async function lastHarvest(context: StepContext): Promise<LastHarvest> {
  try {
    const session = await openSession(context);
    // The agent has ended; what it left running must not write while its results are read.
    await session.job(AGENT_JOB).stop({ graceMs: LEFTOVER_GRACE_MS, signal: context.signal });
    const findings = await harvestFiles(context, session, true);
    return { sha: await harvestBranch(context, session, true), gone: false, findings };
  } catch (error) {
    if (errorFacts(error).code !== "machine_gone") throw error;
    context.progress("the machine is gone; going on with what was harvested before");
    return { sha: undefined, gone: true, findings: [] };
  }
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
