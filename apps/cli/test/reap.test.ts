import { expect, it } from "vitest";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { testCampaign } from "./support/campaign.ts";
import { uo } from "./support/uo.ts";

interface Reaped {
  readonly remove: readonly { machine: string; reason: string }[];
  readonly keep: readonly { machine: string; reason: string }[];
  readonly removed: readonly string[];
}

const reap = async (folder: string, ...flags: string[]): Promise<Reaped> => {
  const { stdout, exitCode, stderr } = await uo(folder, "reap", "--json", ...flags);
  expect(exitCode, stderr).toBe(0);
  return JSON.parse(stdout) as Reaped;
};

it("leaves the machine of a run, and removes one whose records were lost only when told so", async () => {
  await using campaign = await testCampaign();
  const { folder } = campaign;
  expect((await uo(folder, "provision", "project-001")).exitCode).toBe(0);

  const kept = await reap(folder, "--grace", "0");
  expect(kept).toMatchObject({ remove: [], removed: [], keep: [{ reason: "live" }] });
  const [machine] = kept.keep.map((one) => one.machine);

  for (const name of ["universe_optimize.db", "universe_optimize.db-wal", "universe_optimize.db-shm"])
    await rm(join(folder, name), { force: true });
  expect(await reap(folder, "--grace", "0"), "a database without runs may be the wrong one").toMatchObject({
    remove: [],
    keep: [{ machine }],
  });
  expect(await reap(folder, "--grace", "0", "--lost-database", "--dry-run")).toMatchObject({
    remove: [{ machine, reason: "unknown" }],
    removed: [],
  });
  expect(await reap(folder, "--grace", "0", "--lost-database")).toMatchObject({ removed: [machine] });
  expect(await reap(folder, "--grace", "0", "--lost-database")).toMatchObject({ remove: [], keep: [] });
});

it("removes a machine that is past its time, and books its end", async () => {
  await using campaign = await testCampaign();
  const { folder } = campaign;
  expect((await uo(folder, "provision", "project-001")).exitCode).toBe(0);
  // Ten minutes and more; the local machine's own clock would end it later.
  await campaign.configure((config) => {
    config["machines"] = { provider: "local", ttlHours: 0.00001 };
  });
  expect(await reap(folder)).toMatchObject({ remove: [{ reason: "expired" }] });
  const { stdout } = await uo(folder, "status-all", "--json");
  expect(JSON.parse(stdout)).toMatchObject({ machinesAlive: [] });
});
