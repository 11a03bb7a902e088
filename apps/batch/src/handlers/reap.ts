import { reap as sweep } from "@universe-optimize/pipeline";
import { openCampaign } from "@universe-optimize/pipeline/compose";
import type { Handler } from "../command.ts";

export const reap: Handler = async (args, io) => {
  await using campaign = await openCampaign(String(args["campaign"]));
  const { services } = campaign;
  const { plan, removed, spared, failed, dryRun } = await sweep(services, {
    dryRun: args["dry-run"] === true,
    lostDatabase: args["lost-database"] === true,
    graceMinutes:
      typeof args["grace"] === "number" ? args["grace"] : services.config.batch.sweep.graceMinutes,
    signal: io.signal,
  });
  const ok = failed.length === 0;
  if (io.json) {
    const errors = failed.map(({ machine, error }) => ({
      machine,
      code: error.code,
      message: error.message,
    }));
    io.out(
      `${JSON.stringify({ ok, dryRun, remove: plan.remove, keep: plan.keep, removed, spared, failed: errors }, null, 2)}\n`,
    );
    return ok ? 0 : 1;
  }
  if (plan.remove.length === 0) io.out(`Nothing to remove. ${plan.keep.length} machines are kept.\n`);
  for (const { machine, reason } of plan.remove) {
    const error = failed.find((one) => one.machine === machine)?.error;
    const fate = dryRun
      ? "would be removed"
      : error !== undefined
        ? `NOT removed: ${error.message}`
        : removed.includes(machine)
          ? "removed"
          : "spared: it became live";
    io.out(`${machine}  ${reason}  ${fate}\n`);
  }
  return ok ? 0 : 1;
};
