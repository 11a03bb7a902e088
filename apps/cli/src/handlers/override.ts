import { userInfo } from "node:os";
import { overridePolicy } from "@universe-optimize/pipeline";
import { openCampaign } from "@universe-optimize/pipeline/compose";
import type { Handler } from "../command.ts";
import { MisuseError } from "../output/report-error.ts";
import { selectProject } from "./select-projects.ts";

export const override: Handler = async (args, io) => {
  if (args["policy"] !== true) throw new MisuseError("say what to override: --policy.");
  const reason = String(args["reason"]).trim();
  if (reason === "")
    throw new MisuseError("--reason must say why the upstream's refusal does not hold here.");
  await using campaign = await openCampaign(String(args["campaign"]));
  const project = selectProject(campaign.projects, String(args["id"]));
  const verdict = await overridePolicy(campaign.services, project, {
    reason,
    by: userInfo().username,
    signal: io.signal,
  });
  if (io.json)
    io.out(`${JSON.stringify({ ok: true, id: project.id, overridden: verdict, reason }, null, 2)}\n`);
  else
    io.out(
      `${project.id}: ${verdict.file}:${verdict.line} is overridden: "${verdict.quote}". Go on with 'uo start ${project.id}'.\n`,
    );
  return 0;
};
