import { openCampaign } from "@universe-optimize/pipeline/compose";
import type { Handler } from "../command.ts";
import { statusText } from "../views/status-view.ts";
import { readStatus } from "./read-status.ts";

export const status: Handler = async (args, io) => {
  await using campaign = await openCampaign(String(args["campaign"]));
  const made = await readStatus(campaign.services, campaign.projects);
  io.out(io.json ? `${JSON.stringify({ ok: true, ...made }, null, 2)}\n` : statusText(made, Date.now()));
  return 0;
};
