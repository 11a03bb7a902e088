import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { drive, rerender } from "@universe-optimize/pipeline";
import { projectPaths } from "@universe-optimize/pipeline/campaign";
import { openCampaign } from "@universe-optimize/pipeline/compose";
import { errorFacts, PipelineError } from "@universe-optimize/pipeline/errors";
import { readFacts } from "@universe-optimize/pipeline/facts";
import type { Project } from "@universe-optimize/project-list";
import type { Args, ExitCode, Handler, Io } from "../command.ts";
import { MisuseError } from "../output/report-error.ts";
import { progressReporter } from "../output/progress.ts";
import { type CampaignView, viewCampaign } from "./project-states.ts";
import { selectProject } from "./select-projects.ts";

export const email: Handler = async (args, io) => {
  const all = args["rerender-all"] === true;
  const id = args["id"];
  if (id === "lint") return await (await import("./email-lint.ts")).emailLint(args, io);
  if (all === (typeof id === "string")) throw new MisuseError("name one project, or say --rerender-all.");
  if (args["show"] === true || args["show-context"] === true) return await show(args, io);
  return await render(args, io, typeof id === "string" ? id : null);
};

async function render(args: Args, io: Io, id: string | null): Promise<ExitCode> {
  await using campaign = await openCampaign(String(args["campaign"]));
  const { services } = campaign;
  const chosen = id === null ? campaign.projects : [selectProject(campaign.projects, id)];
  const done: { id: string; ok: boolean; drafts: readonly unknown[]; message: string }[] = [];
  for (const project of chosen) {
    const run = await services.store.latestRun(project.id);
    if (id === null && (run === null || run.outcome !== "completed")) continue;
    try {
      done.push(await renderOne(project));
    } catch (error) {
      io.signal.throwIfAborted();
      if (id !== null) throw error;
      done.push({ id: project.id, ok: false, drafts: [], message: errorFacts(error).message });
    }
  }
  if (io.json) io.out(`${JSON.stringify({ ok: done.every(({ ok }) => ok), projects: done }, null, 2)}\n`);
  else if (done.length === 0) io.out("No project has collected results yet.\n");
  else for (const { id: project, message } of done) io.out(`${project}: ${message}\n`);
  return done.every(({ ok }) => ok) ? 0 : 1;

  async function renderOne(project: Project): Promise<(typeof done)[number]> {
    const report = progressReporter(io, [project.id]);
    const run = await services.store.latestRun(project.id);
    // Drafts are made of what is proven, by machines that are gone.
    if (run?.outcome === "completed" && !["contextualize", "render", "finished"].includes(run.step))
      await drive(services, project, {
        through: "prove",
        signal: io.signal,
        report: (progress) => report(project.id, progress),
      });
    const { drafts, gateReasons } = await rerender(services, project, {
      replace: args["replace"] === true,
      signal: io.signal,
      progress: (message) => report(project.id, { kind: "line", step: "render", message }),
    });
    const folder = join("results", project.id, "emails");
    return drafts.length === 0
      ? { id: project.id, ok: true, drafts, message: `no draft: ${gateReasons.join(" ")}` }
      : {
          id: project.id,
          ok: true,
          drafts,
          message: `${drafts.length} drafts in ${folder}/${drafts.some(({ proven }) => !proven) ? " (numbers unproven)" : ""}`,
        };
  }
}

/** Why the gate let no draft through; null: it did, or was not asked yet. */
async function latestGate({ store }: CampaignView, id: string): Promise<readonly string[] | null> {
  const run = (await store?.latestRun(id)) ?? null;
  const gate = run === null ? undefined : readFacts(run).gate;
  return gate === undefined || gate.pass ? null : gate.reasons;
}

async function show(args: Args, io: Io): Promise<ExitCode> {
  await using campaign = await viewCampaign(args);
  const project = selectProject(campaign.projects, String(args["id"]));
  const paths = projectPaths(campaign.paths, project.id);
  const drafts = (await campaign.store?.drafts(project.id)) ?? [];
  const wanted =
    args["show-context"] === true
      ? [paths.context]
      : drafts.map((draft) => join(campaign.paths.root, draft.path));
  const texts: { file: string; text: string; proven: boolean }[] = [];
  for (const [index, file] of wanted.entries()) {
    const text = await readFile(file, "utf8").catch(() => null);
    if (text !== null) texts.push({ file, text, proven: drafts[index]?.proven ?? false });
  }
  const gate = (await latestGate(campaign, project.id)) ?? [];
  if (texts.length === 0 && args["show-context"] !== true && gate.length > 0)
    throw new PipelineError("not_now", `${project.id} has no drafts: ${gate.join(" ")}`, {
      projectId: project.id,
    });
  if (texts.length === 0)
    throw new PipelineError(
      "not_now",
      `${project.id} has ${args["show-context"] === true ? "no context.json" : "no drafts"} yet: make it with 'uo email ${project.id}'.`,
      {
        projectId: project.id,
      },
    );
  if (io.json) {
    io.out(`${JSON.stringify({ ok: true, files: texts }, null, 2)}\n`);
    return 0;
  }
  for (const { file, text, proven } of texts) {
    if (args["show-context"] !== true)
      io.out(`--- ${file}${proven ? "" : " (unproven: its numbers are the agent's own)"}\n`);
    io.out(`${text}${text.endsWith("\n") ? "" : "\n"}`);
  }
  return 0;
}
