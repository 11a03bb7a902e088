import { drive, requestStop } from "@universe-optimize/pipeline";
import { openCampaign } from "@universe-optimize/pipeline/compose";
import { errorFacts } from "@universe-optimize/pipeline/errors";
import type { Handler } from "../command.ts";
import { MisuseError } from "../output/report-error.ts";
import { progressReporter } from "../output/progress.ts";
import { selectProjects } from "./select-projects.ts";

export const stop: Handler = async (args, io) => {
  const ids = args["ids"] as string[];
  if (ids.length === 0 && args["all"] !== true)
    throw new MisuseError("name the projects to stop, or say --all.");
  await using campaign = await openCampaign(String(args["campaign"]));
  const { services } = campaign;
  const stopped: { id: string; how: string }[] = [];
  for (const project of selectProjects(campaign.projects, ids)) {
    const run = await services.store.latestRun(project.id);
    if (run === null || (run.step !== "watch" && run.step !== "launch")) {
      stopped.push({ id: project.id, how: "no agent is running" });
      continue;
    }
    await requestStop(services.store, run);
    const report = progressReporter(io, [project.id]);
    try {
      const { run: after } = await drive(services, project, {
        through: "watch",
        wait: false,
        signal: io.signal,
        report: (progress) => report(project.id, progress),
      });
      stopped.push({
        id: project.id,
        how: after.step === "watch" ? "asked to stop" : "stopped; fetch its results with 'uo collect'",
      });
    } catch (error) {
      const facts = errorFacts(error);
      if (facts.code !== "busy") throw error;
      stopped.push({
        id: project.id,
        how: "asked to stop; the process that watches it will do so at its next look",
      });
    }
  }
  if (io.json) io.out(`${JSON.stringify({ ok: true, projects: stopped }, null, 2)}\n`);
  else for (const { id, how } of stopped) io.out(`${id}: ${how}\n`);
  return 0;
};
