import { chmod, copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { ChildRun } from "@universe-optimize/test-servers/crash";
import { expect, it } from "vitest";
import { makeUpstream, testCampaign, type TestCampaign } from "./support/campaign.ts";
import { json, uo, uoWith } from "./support/uo.ts";

const support = (name: string): string => fileURLToPath(new URL(`support/${name}`, import.meta.url));

interface Stage {
  readonly folder: string;
  run(...args: string[]): Promise<ChildRun>;
  lines(name: string): Promise<string[]>;
}

/** A campaign whose agent is Claude Code, played by a script. */
async function stage(campaign: TestCampaign, play: string, env: Record<string, string> = {}): Promise<Stage> {
  const fake = join(campaign.folder, "fake");
  await mkdir(fake);
  await copyFile(support("fake-claude.sh"), join(fake, "claude"));
  await chmod(join(fake, "claude"), 0o755);
  await copyFile(support("quick-agent.sh"), join(fake, "agent.sh"));
  await writeFile(join(fake, "play"), play);
  await campaign.configure((config) => {
    config["agent"] = { kind: "claude-code", model: "model-x", secrets: ["FAKE_CLAUDE"] };
  });
  const environment = {
    PATH: `${fake}${delimiter}${process.env["PATH"] ?? ""}`,
    FAKE_CLAUDE: fake,
    ANTHROPIC_API_KEY: ["first", "made", "up", "value"].join("-"),
    ...env,
  };
  return {
    folder: campaign.folder,
    run: async (...args) => await uoWith(environment, campaign.folder, ...args),
    lines: async (name) =>
      (await readFile(join(fake, name), "utf8").catch(() => "")).split("\n").filter((line) => line !== ""),
  };
}

it("checks the key before it launches, and says what to do", async () => {
  await using campaign = await testCampaign();
  const { run, lines } = await stage(campaign, "refused");
  const start = await run("start");
  expect(start.exitCode).toBe(1);
  expect(start.stdout).toMatch(/preflight: .*key/i);
  expect(await lines("sessions")).toEqual([]);
});

it("takes up a session that was killed, on the same machine with the same id", async () => {
  await using campaign = await testCampaign();
  const { run, lines, folder } = await stage(campaign, "killed");
  const start = await run("start");
  expect(start.exitCode, start.stderr).toBe(0);
  expect(start.stderr).toContain("session taken up again (stopped), start 2");
  const sessions = await lines("sessions");
  expect(sessions).toHaveLength(2);
  const id = /--session-id (\S+)/.exec(sessions[0] ?? "")?.[1];
  expect(sessions[1]).toContain(`--resume ${id}`);
  expect(json(await uo(folder, "status", "project-001", "--json"))).toMatchObject({
    run: { number: 1, outcome: "completed" },
  });
  // Its cost is the last cumulative figure, not a sum.
  expect(json(await uo(folder, "status-all", "--json"))).toMatchObject({ costUsd: 0.5 });
});

it("parks a run at a usage limit, and gives another run another key", async () => {
  await using campaign = await testCampaign();
  const second = ["second", "made", "up", "value"].join("-");
  const { run, lines, folder } = await stage(campaign, "limit", { ANTHROPIC_API_KEY_2: second });
  await campaign.configure((config) => Object.assign(config["run"] as object, { timeLimitHours: 8 }));
  expect((await run("run", "project-001")).exitCode).toBe(0);
  await expect
    .poll(async () => (await run("watch", "--once")).stderr, { timeout: 60_000, interval: 500 })
    .toMatch(/parked until 20.*limit/);
  expect(await lines("sessions")).toHaveLength(1);
  expect(await lines("keys")).toEqual([["first", "made", "up", "value"].join("-")]);
  expect((await run("status", "project-001")).stdout).toMatch(/parked until 20/);
  const other = join(folder, "..", "acme", "other");
  await makeUpstream(other);
  expect((await run("add", "--upstream", other)).exitCode).toBe(0);
  expect((await run("run", "project-002")).exitCode).toBe(0);
  await expect.poll(async () => (await lines("keys"))[1], { timeout: 60_000, interval: 500 }).toBe(second);
  // A person need not wait for it.
  await run("stop", "project-001");
  const collect = await run("collect", "project-001");
  expect(collect.stdout).toContain("project-001");
  expect(json(await run("status", "project-001", "--json"))).toMatchObject({ project: { status: "failed" } });
});
