import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { batch, json } from "./support/batch.ts";
import { batchCampaign } from "./support/campaign.ts";
import { hook } from "./support/hook.ts";

describe("universe-batch that pauses by itself", () => {
  it("stops a broken kit at its canary, and goes on once it is mended", async () => {
    await using campaign = await batchCampaign({ projects: 2, batch: { waves: { sizes: [] } } });
    const { folder } = campaign;
    const bootstrap = join(folder, "bootstrap.sh");
    await writeFile(bootstrap, "#!/bin/sh\necho 'universe: the kit is broken'\nexit 69\n");
    const broken = await batch(folder, "run", "--json");
    expect(broken.exitCode).toBe(1);
    expect(json(broken)).toMatchObject({ state: "paused", counts: { pending: 1, failed: 1 } });
    expect(json(broken)["words"]).toMatch(/^the canary p01 .* failed: bootstrap/);
    expect(await campaign.starts()).toBe(0);
    expect((await campaign.forks()).length).toBe(1);

    // Nothing starts while it is paused, mended or not.
    await rm(bootstrap);
    expect(json(await batch(folder, "run", "--json"))).toMatchObject({ state: "paused" });
    expect(await campaign.starts()).toBe(0);
    const resumed = await batch(folder, "resume", "--retry-failed");
    expect(resumed.stdout).toContain("it was paused since");
    const mended = await batch(folder, "run", "--json");
    expect(mended.exitCode, mended.stderr).toBe(0);
    expect(json(mended)).toMatchObject({ state: "drained", counts: { completed: 2 } });
  });

  it("pauses new starts after failures of one class, and says which", async () => {
    await using receiver = await hook();
    await using campaign = await batchCampaign({
      projects: 4,
      machines: 1,
      batch: {
        canary: false,
        waves: { sizes: [] },
        breaker: { failures: 2, window: 10 },
        rerun: { failed: 0 },
        notify: { url: receiver.url },
        tickSeconds: 0.3,
      },
    });
    await campaign.play("nothing");
    const run = await batch(campaign.folder, "run", "--json");
    expect(json(run)).toMatchObject({ state: "paused" });
    expect(json(run)["words"]).toMatch(/failed alike \(collect:no_results\)/);
    expect(await campaign.starts()).toBe(2);
    expect(receiver.bodies.find(({ event }) => event === "paused")).toMatchObject({
      data: { kind: "breaker" },
    });
    expect(await campaign.machineFolders()).toEqual([]);
  });
});
