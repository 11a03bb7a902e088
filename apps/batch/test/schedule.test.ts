import { expect, it } from "vitest";
import { batchCampaign } from "./support/campaign.ts";
import { Service } from "./support/service.ts";

/** Cron knows no less than a minute. */
const A_MINUTE_AND_MORE_MS = 110_000;

it("begins nothing before the schedule's time, then what is there, and waits for the next time", async () => {
  await using campaign = await batchCampaign({
    projects: 1,
    batch: { waves: { sizes: [] }, canary: false },
  });
  await using serving = new Service(campaign.folder, "serve", "--schedule", "* * * * *", "--port", "0");
  await serving.until(({ msg }) => msg === "ready");
  const isOpened = ({ msg }: Record<string, unknown>): boolean => msg === "the schedule lets new runs in";
  const opened = await serving.until(isOpened, A_MINUTE_AND_MORE_MS);
  const before = serving.lines.slice(0, serving.lines.indexOf(opened));
  expect(before.filter(({ project }) => project !== undefined)).toEqual([]);
  await serving.until(({ msg }) => String(msg).startsWith("closed until the next time of the schedule"));
  expect(await campaign.starts()).toBe(1);
  expect(await campaign.machineFolders()).toEqual([]);
  expect(serving.child.exitCode).toBeNull();
  serving.child.kill("SIGTERM");
  await serving.exited;
  expect(serving.child.exitCode).toBe(0);
}, 300_000);
