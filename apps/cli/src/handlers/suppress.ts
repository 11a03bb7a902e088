import { campaignPaths } from "@universe-optimize/pipeline/campaign";
import { openStore } from "@universe-optimize/pipeline/compose";
import type { Handler } from "../command.ts";
import { columns } from "../output/columns.ts";
import { MisuseError } from "../output/report-error.ts";
import { checkCampaign } from "./project-states.ts";

export const suppress: Handler = async (args, io) => {
  const paths = campaignPaths(String(args["campaign"]));
  checkCampaign(paths);
  await using store = await openStore(paths);
  if (typeof args["target"] === "string") {
    const requestedAt = args["date"] === undefined ? new Date() : dayOf(args["date"]);
    const row = await store.suppress({ target: args["target"], reason: String(args["reason"]), requestedAt });
    if (io.json) io.out(`${JSON.stringify({ ok: true, suppressed: row })}\n`);
    else io.out(`${row.target} is not written to, as of ${row.requested_at.slice(0, 10)}: ${row.reason}\n`);
    return 0;
  }
  const rows = await store.suppressions();
  if (io.json) io.out(`${JSON.stringify({ ok: true, suppressions: rows }, null, 2)}\n`);
  else if (rows.length === 0) io.out("Nobody is suppressed.\n");
  else
    io.out(
      columns(
        ["Who", "Since", "Why"].map((title) => ({ title })),
        rows.map(({ target, requested_at, reason }) => [target, requested_at.slice(0, 10), reason]),
      ),
    );
  return 0;
};

function dayOf(value: unknown): Date {
  const day = typeof value === "string" && /^\d{4}-\d{2}-\d{2}$/.test(value) ? new Date(value) : null;
  if (day === null || Number.isNaN(day.getTime()))
    throw new MisuseError("--date takes a day such as 2026-03-01.");
  return day;
}
