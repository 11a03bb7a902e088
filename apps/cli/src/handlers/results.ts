import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { projectPaths } from "@universe-optimize/pipeline/campaign";
import { readFacts } from "@universe-optimize/pipeline/facts";
import { PipelineError } from "@universe-optimize/pipeline/errors";
import type { Handler } from "../command.ts";
import { resultsText } from "../views/results-view.ts";
import { projectCosts } from "./costs.ts";
import { viewCampaign } from "./project-states.ts";
import { selectProject } from "./select-projects.ts";

export const results: Handler = async (args, io) => {
  await using campaign = await viewCampaign(args);
  const project = selectProject(campaign.projects, String(args["id"]));
  const row = (await campaign.store?.project(project.id)) ?? null;
  const run = (await campaign.store?.latestRun(project.id)) ?? null;
  const paths = projectPaths(campaign.paths, project.id);
  if (row === null || run === null || campaign.store === null || !existsSync(paths.results))
    throw new PipelineError(
      "not_now",
      `${project.id} has no results yet: 'uo status ${project.id}' tells where it stands.`,
      {
        projectId: project.id,
      },
    );
  const { readResults } = await import("@universe-optimize/results-parser");
  const found = await readResults(paths.results);
  const optimizations = await campaign.store.optimizations(run.id);
  const { branchUrl: known, pushedSha, verifiedBranch = null, branchNote = null } = readFacts(run);
  const branchUrl = pushedSha === undefined ? null : (known ?? null);
  const emails =
    (await campaign.store.drafts(project.id)).length === 0
      ? null
      : relative(campaign.paths.root, join(paths.results, "emails"));
  const facts = readFacts(run);
  const totals =
    facts.basis === "proven"
      ? await provenTotals(paths.context)
      : {
          cpuPct: found.summary?.headline.totalCpuImprovementPct ?? null,
          memoryMib: found.summary?.headline.totalMemorySavedMb ?? null,
        };
  const report = existsSync(paths.proofReport) ? relative(campaign.paths.root, paths.proofReport) : null;
  const costs = await projectCosts(campaign.store, project.id);
  if (io.json)
    io.out(
      `${JSON.stringify({ ok: true, project: row, run, branchUrl, verifiedBranch, branchNote, counts: found.counts, totals, costs, optimizations, report, issues: found.issues, emails }, null, 2)}\n`,
    );
  else {
    io.out(
      resultsText(
        {
          row,
          branchUrl,
          verifiedBranch,
          branchNote,
          optimizations,
          counts: found.counts,
          totals,
          costs,
          reason: run.reason,
          report,
          emails,
        },
        { all: args["all"] === true },
      ),
    );
    for (const issue of found.issues)
      io.err(
        `${issue.file}${issue.line === null ? "" : `:${issue.line}`}: ${issue.field === null ? "" : `${issue.field}: `}${issue.message}\n`,
      );
  }
  return 0;
};

/** Once something is proven the agent's own totals are not shown: context.json has the measured ones. */
async function provenTotals(file: string): Promise<{ cpuPct: number | null; memoryMib: number | null }> {
  const text = await readFile(file, "utf8").catch(() => "{}");
  const context = JSON.parse(text) as Record<string, unknown>;
  const number = (value: unknown): number | null => (typeof value === "number" ? value : null);
  return {
    cpuPct: number(context["total_cpu_improvement_pct"]),
    memoryMib: number(context["total_memory_saved_mb"]),
  };
}
