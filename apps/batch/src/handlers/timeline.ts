import { openCampaign } from "@universe-optimize/pipeline/compose";
import { BatchError } from "../batch-error.ts";
import type { Handler } from "../command.ts";
import { type RunTimeline, timelineText } from "../views/timeline-view.ts";

export const timeline: Handler = async (args, io) => {
  await using campaign = await openCampaign(String(args["campaign"]));
  const { store } = campaign.services;
  const id = String(args["id"]);
  if (!campaign.projects.some((project) => project.id === id))
    throw new BatchError("unknown_project", `projects.json has no project '${id}'.`);
  const events = await store.events({ projectId: id });
  const runs: RunTimeline[] = [];
  for (const run of await store.runs(id)) {
    if (typeof args["run"] === "number" && run.number !== args["run"]) continue;
    runs.push({
      run,
      steps: await store.steps(run.id),
      events: events.filter(({ run_id }) => run_id === run.id),
      machines: await store.machines({ runId: run.id }),
      costs: await store.costs(run.id),
    });
  }
  io.out(io.json ? `${JSON.stringify({ ok: true, project: id, runs }, null, 2)}\n` : timelineText(id, runs));
  return 0;
};
