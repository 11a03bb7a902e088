import { reap as sweep } from "@universe-optimize/pipeline";
import { openCampaign } from "@universe-optimize/pipeline/compose";
import type { Handler } from "../command.ts";
import { columns } from "../output/columns.ts";

export const reap: Handler = async (args, io) => {
  await using campaign = await openCampaign(String(args["campaign"]));
  const { services } = campaign;
  const report = await sweep(services, {
    dryRun: args["dry-run"] === true,
    lostDatabase: args["lost-database"] === true,
    signal: io.signal,
    ...(typeof args["grace"] === "number" ? { graceMinutes: args["grace"] } : {}),
  });
  const { plan, removed, spared, failed } = report;
  if (io.json) {
    const errors = failed.map(({ machine, error }) => ({
      machine,
      code: error.code,
      message: error.message,
    }));
    io.out(
      `${JSON.stringify({ ok: failed.length === 0, dryRun: report.dryRun, remove: plan.remove, keep: plan.keep, removed, spared, failed: errors }, null, 2)}\n`,
    );
    return failed.length === 0 ? 0 : 1;
  }
  if (plan.remove.length === 0) io.out(`Nothing to remove. ${plan.keep.length} machines are kept.\n`);
  else {
    const fate = (machine: string): string => {
      if (report.dryRun) return "would be removed";
      const error = failed.find((one) => one.machine === machine)?.error;
      if (error !== undefined) return `NOT removed: ${error.message}`;
      return removed.includes(machine) ? "removed" : "spared: it became live";
    };
    io.out(
      columns(
        ["Machine", "Why", "Age", "What", ""].map((title) => ({ title })),
        plan.remove.map(({ machine, reason, ageMs, resources }) => [
          machine,
          WHY[reason],
          ageMs === null ? "unknown" : `${(ageMs / 3_600_000).toFixed(1)} h`,
          resources.map(({ kind }) => kind).join(", "),
          fate(machine),
        ]),
      ),
    );
  }
  for (const { machine, reason } of plan.keep)
    io.err(
      `${machine} is kept: ${reason === "live" ? "its run goes on" : "it is younger than the grace period"}\n`,
    );
  return failed.length === 0 ? 0 : 1;
};

const WHY = {
  expired: "past its time",
  unknown: "no record names it",
  ended: "its run is over",
  orphan: "left without its machine",
} as const;
