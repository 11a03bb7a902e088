import { describe, expect, it } from "vitest";
import { batch, batchKilled, json } from "./support/batch.ts";
import { batchCampaign } from "./support/campaign.ts";
import { hook } from "./support/hook.ts";
import { Service } from "./support/service.ts";

const said = (step: string, text: string) => (line: Record<string, unknown>) =>
  line["step"] === step && String(line["msg"]).includes(text);

describe("universe-batch that dies", () => {
  it.each([
    ["bootstrap", /"step":"bootstrap","msg":"\[2\//],
    ["watch", /"step":"watch","msg":"agent running/],
  ])("by SIGKILL in %s: the next one takes over at once", async (_, when) => {
    await using campaign = await batchCampaign({
      projects: 2,
      agentSeconds: 1,
      batch: { waves: { sizes: [] }, canary: false },
    });
    const killed = await batchKilled(campaign.folder, ["run"], (line) => when.test(line));
    expect(killed.killed, killed.stdout).toBe(true);
    const run = await batch(campaign.folder, "run", "--json");
    expect(run.exitCode, run.stderr).toBe(0);
    expect(json(run)).toMatchObject({ state: "drained", counts: { completed: 2 } });
    for (const id of campaign.ids) expect(await campaign.starts(id)).toBe(1);
    expect((await campaign.forks()).length).toBe(2);
    expect(await campaign.machineFolders()).toEqual([]);
  });

  it("by SIGTERM: ends soon, leaves machine and agent, and the next one finds them", async () => {
    await using campaign = await batchCampaign({
      projects: 1,
      agentSeconds: 3,
      batch: { waves: { sizes: [] }, canary: false },
    });
    const { folder } = campaign;
    await using serving = new Service(folder, "serve", "--port", "0");
    const ready = await serving.until(({ msg }) => msg === "ready");
    const url = `http://127.0.0.1:${String(ready["port"])}`;
    await serving.until(said("launch", "started"));

    const health = await fetch(`${url}/healthz`);
    expect(health.status).toBe(200);
    expect(await health.json()).toMatchObject({ ok: true, leader: true, state: "working", alarms: [] });
    const metrics = await (await fetch(`${url}/metrics`)).text();
    expect(metrics).toMatch(/universe_projects\{status="running",campaign="batch"\} 1/);
    expect(metrics).toMatch(/universe_machines_alive\{campaign="batch"\} 1/);
    expect(metrics).toMatch(/universe_step_seconds_count\{.*step="provision",result="succeeded"\} 1/);
    expect(metrics).toMatch(/universe_last_sweep_timestamp_seconds\{campaign="batch"\} 1\.?\d+/);
    expect((await fetch(`${url}/other`)).status).toBe(404);
    expect((await fetch(`${url}/metrics`, { method: "POST" })).status).toBe(405);

    // A second one has nothing to do here while the first one lives.
    const second = await batch(folder, "run", "--json");
    expect(json(second)).toMatchObject({ ok: false, error: { code: "busy" } });

    serving.child.kill("SIGTERM");
    await serving.exited;
    expect(serving.child.exitCode).toBe(0);
    expect((await campaign.machineFolders()).length).toBeGreaterThan(0);
    expect(json(await batch(folder, "status", "--json"))).toMatchObject({ counts: { running: 1 } });
    const run = await batch(folder, "run", "--json");
    expect(json(run), run.stderr).toMatchObject({ state: "drained", counts: { completed: 1 } });
    for (const id of campaign.ids) expect(await campaign.starts(id)).toBe(1);
    expect(await campaign.machineFolders()).toEqual([]);
  });
});

it("keeps the machine of a failed run for a person, then removes it; an overdue sweep is an alarm", async () => {
  await using receiver = await hook();
  await using campaign = await batchCampaign({
    projects: 1,
    batch: {
      keep: { hours: 0.001, machines: 1 },
      rerun: { failed: 0 },
      // No sweep for a day, so its alarm is what this waits for.
      sweep: { everyMinutes: 1440, alarmMinutes: 0.01 },
      notify: { url: receiver.url },
      tickSeconds: 0.3,
    },
  });
  await campaign.play("nothing");
  await using serving = new Service(campaign.folder, "serve", "--port", "0");
  const { port } = await serving.until(({ msg }) => msg === "ready");
  await expect.poll(() => receiver.events(), { timeout: 60_000 }).toContain("run.failed");
  const told = receiver.bodies.find(({ event }) => event === "run.failed");
  expect(told?.text).toContain("uo ssh p01");
  const until = Date.parse(String(told?.data["keptUntil"]));
  expect(until).toBeGreaterThan(0);
  expect((await campaign.machineFolders()).length).toBe(1);
  await serving.until(({ end, msg }) => end === "failed" || String(msg).includes("is gone"));
  expect(Date.now()).toBeGreaterThanOrEqual(until);
  await expect.poll(() => campaign.machineFolders(), { timeout: 60_000 }).toEqual([]);

  await expect.poll(() => receiver.events(), { timeout: 60_000 }).toContain("alarm.raised");
  const health = await fetch(`http://127.0.0.1:${String(port)}/healthz`);
  expect(health.status).toBe(503);
  expect(await health.json()).toMatchObject({ ok: false, alarms: [{ kind: "sweep" }] });
  // Told once, not at every tick.
  expect(receiver.events().filter((event) => event === "run.failed")).toHaveLength(1);
  serving.child.kill("SIGTERM");
  await serving.exited;
});
