import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { batch, batchWith, json } from "./support/batch.ts";
import { batchCampaign } from "./support/campaign.ts";
import { hook } from "./support/hook.ts";

describe("universe-batch run", () => {
  it("drains a campaign: right outcomes, nothing left, people told, and nothing done twice", async () => {
    await using receiver = await hook();
    await using campaign = await batchCampaign({ projects: 3 });
    const { folder } = campaign;
    await campaign.play("empty", "p02");
    await campaign.play("nothing", "p03");
    const secret = ["a", "made", "up", "token"].join("-");
    const env = { UNIVERSE_WEBHOOK_URL: receiver.url, GITHUB_TOKEN: secret };
    const run = await batchWith(env, folder, "run", "--json");
    // One project failed: a person should look.
    expect(run.exitCode, run.stderr).toBe(1);
    expect(json(run)).toMatchObject({
      ok: true,
      state: "drained",
      counts: { completed: 1, empty: 1, failed: 1 },
    });
    for (const id of campaign.ids) expect(await campaign.starts(id)).toBe(1);
    expect(await campaign.machineFolders()).toEqual([]);
    expect((await campaign.forks()).toSorted()).toEqual(["p01.git", "p02.git", "p03.git"]);
    for (const file of ["summary.json", "results.tsv", "HANDOFF.md"])
      expect(await readFile(join(folder, "results", "p01", file))).toEqual(
        await readFile(join(campaign.notes, `wrote-p01-${file}`)),
      );

    const failed = receiver.bodies.find(({ event }) => event === "run.failed");
    expect(failed).toMatchObject({ project: "p03", data: { class: "collect:no_results", runsAgain: false } });
    expect(failed?.text).toContain("universe-batch timeline p03");
    expect(receiver.events()).toEqual(
      expect.arrayContaining(["canary.passed", "wave.judged", "run.failed", "campaign.drained"]),
    );
    const lines = run.stderr
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines.every(({ campaign: name }) => name === "batch")).toBe(true);
    expect(run.stderr + JSON.stringify(receiver.bodies)).not.toContain(secret);

    const again = await batch(folder, "run", "--json");
    expect(json(again)).toMatchObject({ state: "drained" });
    expect(await campaign.starts()).toBe(3);

    const timeline = await batch(folder, "timeline", "p03");
    expect(timeline.stdout).toMatch(/p03 run 1: failed, no results.*\n(?:.*\n)* .*launch +succeeded/);
    expect(timeline.stdout).toContain("run.flagged");
    const status = await batch(folder, "status", "--json");
    expect(json(status)).toMatchObject({ counts: { completed: 1, empty: 1, failed: 1 }, machinesAlive: [] });
    expect(json(status)["lastSweep"]).not.toBeNull();
  });

  it("stops before the launch that could exceed the budget, with the sum", async () => {
    await using campaign = await batchCampaign({
      projects: 3,
      batch: {
        assume: { agentUsdPerRun: 10 },
        budget: { campaign: { agentUsd: 19.99 } },
        waves: { sizes: [] },
        canary: false,
      },
    });
    const dry = json(await batch(campaign.folder, "run", "--dry-run", "--json"));
    expect(dry).toMatchObject({ plan: { start: ["p01"] }, forecast: { atMost: { agentUsd: 30 } } });
    const run = await batch(campaign.folder, "run");
    expect(run.exitCode).toBe(1);
    expect(run.stdout).toContain(
      "agent budget of the campaign: $10.00 spent + $0.00 reserved for 0 runs under way + $10.00 for the next = $20.00, above $19.99",
    );
    expect(await campaign.starts()).toBe(1);
    expect(await campaign.forks()).toEqual(["p01.git"]);
  });
});

describe("misuse", () => {
  it("exits with 2", async () => {
    await using campaign = await batchCampaign({ projects: 1 });
    const { folder } = campaign;
    const schedule = await batch(folder, "serve", "--schedule", "every day");
    expect([schedule.exitCode, schedule.stderr]).toEqual([2, expect.stringContaining("Five fields")]);
    const unknown = await batch(folder, "timeline", "p99", "--json");
    expect([unknown.exitCode, json(unknown)]).toEqual([
      2,
      expect.objectContaining({
        ok: false,
        error: expect.objectContaining({ code: "unknown_project" }) as unknown,
      }),
    ]);
    expect((await batch(folder, "start")).exitCode).toBe(2);
  });
});
