import { join } from "node:path";
import {
  driveAll,
  type Estimate,
  estimateStart,
  isBeyond,
  parsePosition,
  type ProjectResult,
  type StepName,
} from "@universe-optimize/pipeline";
import { type Campaign, estimateCampaign, openCampaign } from "@universe-optimize/pipeline/compose";
import { PipelineError } from "@universe-optimize/pipeline/errors";
import type { Project } from "@universe-optimize/project-list";
import type { Args, ExitCode, Handler, Io } from "../command.ts";
import { program } from "../output/program.ts";
import { progressReporter } from "../output/progress.ts";
import { estimateText } from "../views/estimate-view.ts";
import { statusTable } from "../views/status-view.ts";
import { NotACampaignError, viewCampaign } from "./project-states.ts";
import { selectProject, selectProjects } from "./select-projects.ts";
import { statusLines } from "./status.ts";

export const start: Handler = (args, io) =>
  stretch(args, io, { through: "render", ids: args["ids"] as string[] });

export const provision: Handler = (args, io) =>
  stretch(args, io, { through: "bootstrap", ids: [String(args["id"])] });

export const run: Handler = (args, io) => stretch(args, io, { through: "launch", ids: [String(args["id"])] });

export const watch: Handler = async (args, io) => {
  await using campaign = await openCampaign(String(args["campaign"]));
  const ids = args["ids"] as string[];
  const running: Project[] = [];
  for (const project of selectProjects(campaign.projects, ids)) {
    const latest = await campaign.services.store.latestRun(project.id);
    if (latest?.step === "watch") running.push(project);
    else if (ids.length > 0) throw notNow(project, latest?.step ?? null, "has no running agent to watch");
  }
  if (running.length === 0) io.err("No agent is running: 'uo status' tells where the projects stand.\n");
  return await go(campaign, running, io, { through: "watch", again: false, wait: args["once"] !== true });
};

export const collect: Handler = async (args, io) => {
  await using campaign = await openCampaign(String(args["campaign"]));
  const project = selectProject(campaign.projects, String(args["id"]));
  const { store } = campaign.services;
  const latest = await store.latestRun(project.id);
  const position = latest === null ? null : parsePosition(latest.step);
  if (position === null || !isBeyond(position, "launch", "none"))
    throw notNow(project, position, "has no agent whose results could be collected");
  const code = await go(campaign, [project], io, { through: "destroy", again: false, wait: false });
  const after = await store.latestRun(project.id);
  if (code === 0 && after?.step === "watch")
    throw new PipelineError(
      "not_now",
      `the agent of ${project.id} is still running. Wait with 'uo watch ${project.id}', or end it with 'uo stop ${project.id}'.`,
      { projectId: project.id },
    );
  return code;
};

function notNow(project: Project, step: string | null, what: string): PipelineError {
  const where =
    step === null
      ? "it was never started"
      : step === "finished"
        ? "its run is finished"
        : `its run stands at ${step}`;
  return new PipelineError("not_now", `${project.id} ${what}: ${where}.`, { projectId: project.id });
}

interface Stretch {
  readonly through: StepName;
  readonly ids: readonly string[];
}

async function stretch(args: Args, io: Io, { through, ids }: Stretch): Promise<ExitCode> {
  if (args["dry-run"] === true) return await dryRun(args, io, { through, ids });
  await using campaign = await openCampaign(String(args["campaign"]));
  const chosen = selectProjects(campaign.projects, ids);
  if (chosen.length === 0)
    throw new NotACampaignError(
      "projects.json is empty: add a project with 'uo add OWNER/NAME' or 'uo add --upstream PATH'.",
    );
  await tellEstimate(campaign, chosen.length, io);
  // Somebody who names a project that failed wants it tried; a finished one is begun again only on request.
  const again = args["again"] === true;
  return await go(campaign, chosen, io, {
    through,
    again,
    wait: true,
    ...(ids.length > 0 && !again ? { againIfFailed: true } : {}),
  });
}

/** What this may cost, where it costs anything. */
async function tellEstimate({ services }: Campaign, projects: number, io: Io): Promise<void> {
  const estimate = await estimateStart(services, projects);
  if (estimate.machineUsd > 0 || estimate.agentUsd !== 0) io.err(`${estimateText(estimate)}\n`);
}

async function dryRun(args: Args, io: Io, { through, ids }: Stretch): Promise<ExitCode> {
  await using view = await viewCampaign(args);
  const plans: { id: string; repo: string; from: string; through: StepName }[] = [];
  for (const project of selectProjects(view.projects, ids)) {
    const latest = (await view.store?.latestRun(project.id)) ?? null;
    const fresh = latest === null || (latest.step === "finished" && args["again"] === true);
    plans.push({ id: project.id, repo: project.repo, from: fresh ? "fork" : latest.step, through });
  }
  const estimate = await estimateOf(args, plans.filter(({ from }) => from !== "finished").length);
  if (io.json) io.out(`${JSON.stringify({ ok: true, dryRun: true, plans, estimate }, null, 2)}\n`);
  else
    for (const plan of plans)
      io.out(
        plan.from === "finished"
          ? `${plan.id} (${plan.repo}): its run is finished; --again begins a new one\n`
          : `${plan.id} (${plan.repo}): would go from ${plan.from} through ${plan.through}\n`,
      );
  if (!io.json && estimate !== null && (estimate.machineUsd > 0 || estimate.agentUsd !== 0))
    io.out(`${estimateText(estimate)}\n`);
  return 0;
}

/** null: the price cannot be asked now; the rest of a dry run is worth having. */
async function estimateOf(args: Args, projects: number): Promise<Estimate | null> {
  return await estimateCampaign(String(args["campaign"]), projects).catch(() => null);
}

/** A stretch of the path for several projects. */
export interface GoOptions {
  readonly through: StepName;
  readonly again: boolean;
  readonly wait: boolean;
  readonly againIfFailed?: boolean;
}

/** Drives the projects, shows progress, and sums up. */
export async function go(
  campaign: Campaign,
  projects: readonly Project[],
  io: Io,
  options: GoOptions,
): Promise<ExitCode> {
  const report = progressReporter(
    io,
    projects.map(({ id }) => id),
  );
  await tellFinished(campaign, projects, io, options);
  const results = await driveAll(campaign.services, projects, {
    ...options,
    signal: io.signal,
    report: (project, progress) => report(project.id, progress),
  });
  await summarize(campaign, results, io, options.through);
  return results.every(isGood) && !io.signal.aborted ? 0 : 1;
}

/** A finished run is left alone: who asks for it should hear so. */
async function tellFinished(
  { services }: Campaign,
  projects: readonly Project[],
  io: Io,
  options: GoOptions,
): Promise<void> {
  if (options.again) return;
  for (const { id } of projects) {
    const latest = await services.store.latestRun(id);
    if (latest?.step !== "finished" || (options.againIfFailed === true && latest.outcome !== "completed"))
      continue;
    io.err(
      `${id}: its run is finished (${latest.outcome ?? "done"}); '${program()} start ${id} --again' begins a new one.\n`,
    );
  }
}

/** A failed run is a failed command; one that was skipped, or stopped on request, did what it was told. */
function isGood(result: ProjectResult): boolean {
  return result.ok && result.blocked === null && result.run.outcome !== "failed";
}

async function summarize(
  { services }: Campaign,
  results: readonly ProjectResult[],
  io: Io,
  through: StepName,
): Promise<void> {
  const projects = results.map(({ project }) => project);
  const lines = await statusLines({ projects, store: services.store });
  if (io.json) {
    const details = results.map((result) =>
      result.ok
        ? {
            id: result.project.id,
            ok: isGood(result),
            step: result.run.step,
            outcome: result.run.outcome,
            reason: result.run.reason,
            blocked: result.blocked,
          }
        : { id: result.project.id, ok: false, error: result.error },
    );
    io.out(`${JSON.stringify({ ok: results.every(isGood), projects: lines, results: details }, null, 2)}\n`);
    return;
  }
  for (const result of results) {
    if (!result.ok) io.err(`${result.project.id}: ${result.error.message}\n`);
    else if (result.blocked !== null) io.err(`${result.project.id}: needs you: ${result.blocked.message}\n`);
  }
  if (results.length > 0) io.out(`\n${statusTable(lines)}`);
  if (through !== "render") return;
  for (const result of results) {
    if (!result.ok) continue;
    const drafts = (await services.store.drafts(result.project.id)).filter(
      (draft) => draft.run_id === result.run.id,
    );
    if (drafts.length > 0)
      io.out(
        `\nDrafts of ${result.project.id}: ${join(services.paths.results, result.project.id, "emails")}\n`,
      );
    else if (result.run.reason !== null) io.out(`\n${result.project.id}: ${result.run.reason}\n`);
  }
}
