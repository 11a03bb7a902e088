import { releaseSecrets } from "@universe-optimize/pipeline";
import { openStore } from "@universe-optimize/pipeline/compose";
import { PipelineError } from "@universe-optimize/pipeline/errors";
import { readFacts } from "@universe-optimize/pipeline/facts";
import type { Handler } from "../command.ts";
import { MisuseError } from "../output/report-error.ts";
import { viewCampaign } from "./project-states.ts";
import { selectProject } from "./select-projects.ts";

export const release: Handler = async (args, io) => {
  const reason = String(args["reason"]).trim();
  if (reason === "") throw new MisuseError("--reason must say why the finding may leave this computer.");
  await using campaign = await viewCampaign(args);
  const project = selectProject(campaign.projects, String(args["id"]));
  const run = (await campaign.store?.latestRun(project.id)) ?? null;
  const findings = run === null ? [] : (readFacts(run).findings ?? []);
  if (run === null || findings.length === 0)
    throw new PipelineError("not_now", `nothing of ${project.id} is held back.`, { projectId: project.id });
  await using store = await openStore(campaign.paths);
  await releaseSecrets(store, run, reason);
  if (io.json)
    io.out(`${JSON.stringify({ ok: true, id: project.id, released: findings, reason }, null, 2)}\n`);
  else io.out(`${project.id}: ${findings.length} findings released. Go on with 'uo start ${project.id}'.\n`);
  return 0;
};
