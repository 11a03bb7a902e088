import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { testCampaign } from "./support/campaign.ts";
import { json, uo, uoKilled } from "./support/uo.ts";

interface Run {
  readonly number: number;
}
interface Step {
  readonly step: string;
  readonly result: string | null;
}

describe("SIGKILL of uo start, and uo start again", () => {
  it.each([
    ["at the beginning of the fork", (line: string) => / fork +…/.test(line)],
    ["at the beginning of provisioning", (line: string) => / provision +…/.test(line)],
    ["in bootstrap", (line: string) => / bootstrap +\[2\//.test(line)],
    ["at launch", (line: string) => / launch +…/.test(line)],
    ["after launch", (line: string) => / launch .*started/.test(line)],
    ["in watch", (line: string) => / watch +agent running/.test(line)],
    ["at the beginning of collect", (line: string) => / collect +…/.test(line)],
    ["in collect, after the push", (line: string) => / collect .*pushed/.test(line)],
    ["in destroy", (line: string) => / destroy +…/.test(line)],
    ["in render", (line: string) => / render +email_1/.test(line)],
  ])("%s: one machine, one fork, one agent, all results", async (_, when) => {
    await using campaign = await testCampaign({ agentSeconds: 1 });
    const { folder } = campaign;
    const killed = await uoKilled(folder, ["start"], when);
    expect(killed.killed, killed.stdout).toBe(true);

    const again = await uo(folder, "start");
    expect(again.exitCode, again.stderr).toBe(0);
    expect(again.stdout).toContain("DRAFT READY");

    const { run, steps } = json(await uo(folder, "status", "project-001", "--json")) as unknown as {
      run: Run;
      steps: Step[];
    };
    expect(run.number).toBe(1);
    expect(steps.every(({ result }) => result !== null)).toBe(true);
    expect(await campaign.agentStarts()).toBe(1);
    expect(await readdir(join(folder, "forks", "our-org"))).toEqual(["sum.git"]);
    expect(await readdir(join(folder, ".universe", "machines")).catch(() => [])).toEqual([]);
    expect(await readFile(join(folder, "results", "project-001", "claude_output.log"), "utf8")).toBe(
      "agent: reading the project\nagent: done\n",
    );
    expect(
      (await readdir(join(folder, "results", "project-001", "emails"))).filter((name) =>
        name.startsWith("email_"),
      ),
    ).toHaveLength(3);
  });

  it("goes on from another command", async () => {
    await using campaign = await testCampaign({ agentSeconds: 2 });
    const { folder } = campaign;
    expect((await uo(folder, "provision", "project-001")).exitCode).toBe(0);
    expect((await uo(folder, "run", "project-001")).exitCode).toBe(0);
    const early = await uo(folder, "collect", "project-001");
    expect(early.exitCode).toBe(1);
    expect(early.stderr).toContain("still running");
    expect((await uo(folder, "watch")).exitCode).toBe(0);
    expect((await uo(folder, "collect", "project-001")).exitCode).toBe(0);
    const email = await uo(folder, "email", "project-001");
    expect(email.stdout).toContain("3 drafts in");
    expect(await campaign.agentStarts()).toBe(1);
  });

  it("stops an agent on request while another process watches it", async () => {
    await using campaign = await testCampaign({ agentSeconds: 60 });
    const { folder } = campaign;
    const watching = uo(folder, "start");
    await expect.poll(() => campaign.agentStarts(), { timeout: 60_000, interval: 200 }).toBe(1);
    await delay(500);
    const stop = await uo(folder, "stop", "project-001");
    expect(stop.stdout).toContain("project-001: asked to stop");
    const run = await watching;
    expect(run.exitCode).toBe(1);
    expect(run.stdout).toMatch(/no results; .*stopped by hand/);
  });
});
