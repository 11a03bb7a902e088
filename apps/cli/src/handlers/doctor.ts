import type { Handler } from "../command.ts";
import { campaignChecks } from "../doctor/campaign-checks.ts";
import type { Check } from "../doctor/check.ts";
import { computerChecks } from "../doctor/computer-checks.ts";

export const doctor: Handler = async (args, io) => {
  const checks: Check[] = [
    ...(await computerChecks()),
    ...(await campaignChecks(String(args["campaign"]), io.signal)),
  ];
  const failed = checks.filter((check) => check.state === "bad").length;
  if (io.json) io.out(`${JSON.stringify({ ok: failed === 0, checks }, null, 2)}\n`);
  else {
    const words = { good: "ok  ", note: "note", bad: "BAD " } as const;
    for (const check of checks) io.out(`${words[check.state]}  ${check.name.padEnd(18)}  ${check.message}\n`);
    io.out(
      failed === 0
        ? "\nNothing stands in the way.\n"
        : `\n${failed} of ${checks.length} checks need you first.\n`,
    );
  }
  return failed === 0 ? 0 : 1;
};
