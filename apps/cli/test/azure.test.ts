import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, it } from "vitest";
import { type AzureCampaign, azureCampaign } from "./support/azure-campaign.ts";
import { uoKilledWhen } from "./support/uo-killed-when.ts";
import { json, uoKilled, uoWith } from "./support/uo.ts";

interface Run {
  readonly number: number;
  readonly step: string;
  readonly attempt: number;
  readonly outcome: string | null;
}
interface Costs {
  readonly usd: number;
  readonly machinesUsd: number;
  readonly machinesAlive: number;
}
interface Status {
  readonly project: { readonly reason: string | null };
  readonly run: Run;
  readonly costs: Costs;
}

const statusOf = async (campaign: AzureCampaign, id: string): Promise<Status> =>
  json(await campaign.uo("status", id, "--json")) as unknown as Status;

/** Hours for which Azure bills machines of that project, by the emulator's own book. */
async function billedHours({ arm }: AzureCampaign, id: string): Promise<number> {
  const rows = (await arm.billing()).filter(
    ({ type, tags }) => /virtualMachines$/i.test(type) && tags["id"] === id,
  );
  const spans = rows.flatMap(({ billed }) => billed);
  return spans.reduce((sum, { from, to }) => sum + ((to ?? Number.NaN) - from) / 3_600_000, 0);
}

it("goes the whole path with three projects, proves one on a machine of its own, and leaves nothing", async () => {
  await using campaign = await azureCampaign({ projects: 3 });
  const { arm } = campaign;
  const start = await campaign.uo("start");
  expect(start.exitCode, start.stderr).toBe(0);
  expect(start.stderr).toMatch(
    /^At most \$\d.*estimate of \d{4}-\d\d for eastus that ships with this program/m,
  );
  expect(start.stdout.match(/DRAFT READY/g)).toHaveLength(3);
  expect(await campaign.agentStarts()).toBe(3);
  expect(await arm.mostAlive({ project: "universe-optimize", campaign: "campaign" })).toBe(3);
  expect(await campaign.leftovers()).toEqual([]);

  const prove = await campaign.uo("prove", "project-001");
  expect(prove.exitCode, prove.stderr).toBe(0);
  expect(await arm.mostAlive({ id: "project-001", purpose: "proof" })).toBe(1);
  expect(await campaign.leftovers()).toEqual([]);

  const { costs } = await statusOf(campaign, "project-001");
  expect(costs.machinesAlive).toBe(0);
  // Never less than what is billed: from before the creation until Azure confirmed the end.
  expect(costs.machinesUsd).toBeGreaterThanOrEqual((await billedHours(campaign, "project-001")) * 0.192);
  const results = await campaign.uo("results", "project-001");
  expect(results.stdout).toMatch(/^Cost: under \$0\.01: machines under \$0\.01, agents \$0\.00$/m);
  expect(json(await campaign.uo("results", "project-001", "--json"))["costs"]).toEqual(costs);

  const sweep = await campaign.uo("reap", "--dry-run");
  expect(sweep.stdout).toBe("Nothing to remove. 0 machines are kept.\n");
  const gone = await campaign.uo("destroy", "--all", "--network");
  expect(gone.exitCode, gone.stderr).toBe(0);
  expect(await arm.inventory()).toEqual([]);
});

it("killed while it creates and while it destroys: one machine a run, one agent, nothing left", async () => {
  await using campaign = await azureCampaign({ arm: { durations: { createVm: 400, deleteVm: 400 } } });
  const { arm, env, folder } = campaign;
  const wasCalled = async (method: string, kind: string): Promise<boolean> =>
    (await arm.calls()).some((call) => call.method === method && call.path.includes(`/${kind}/`));
  await uoKilledWhen(env, folder, () => wasCalled("PUT", "publicIPAddresses"));
  await uoKilledWhen(env, folder, () => wasCalled("PUT", "virtualMachines"));
  const aged = await statusOf(campaign, "project-001");
  expect(aged).toMatchObject({ run: { number: 1, step: "provision" }, costs: { machinesAlive: 1 } });
  await uoKilledWhen(env, folder, () => wasCalled("DELETE", "virtualMachines"));

  const start = await campaign.uo("start");
  expect(start.exitCode, start.stderr).toBe(0);
  expect((await statusOf(campaign, "project-001")).run).toMatchObject({ number: 1, outcome: "completed" });
  expect(await campaign.agentStarts()).toBe(1);
  expect(await arm.mostAlive({ id: "project-001" })).toBe(1);
  expect((await arm.billing()).filter(({ type }) => /virtualMachines$/i.test(type))).toHaveLength(1);
  expect(await campaign.leftovers()).toEqual([]);
});

it("waits for room without spending attempts, and goes on with another size", async () => {
  await using campaign = await azureCampaign();
  const { arm, env, folder } = campaign;
  await arm.addFault({
    method: "PUT",
    path: "/virtualMachines/[^/]+$",
    effect: "fail",
    code: "AllocationFailed",
    message: "Allocation failed. We do not have sufficient capacity.",
  });
  for (let time = 0; time < 2; time++) {
    const waiting = await uoKilled(folder, ["start"], (line) => line.includes("tried again in"), env);
    expect(waiting.killed, waiting.stdout).toBe(true);
    expect(waiting.stdout).toMatch(/No room for machine .*tried again in \d+ min/);
    const { project, run, costs } = await statusOf(campaign, "project-001");
    expect(run).toMatchObject({ step: "provision", attempt: 0, outcome: null });
    expect(project.reason).toMatch(/^waits for room until .*AllocationFailed/);
    expect(costs).toMatchObject({ usd: 0, machinesAlive: 0 });
    expect(await campaign.leftovers()).toEqual([]);
  }
  expect((await campaign.uo("status")).stdout).toMatch(/^project-001: waits for room until /m);
  // The second process was told by the first's block: Azure was asked once.
  expect(
    (await arm.calls()).filter(({ method, path }) => method === "PUT" && /virtualMachines/.test(path)),
  ).toHaveLength(1);

  await campaign.configure(({ machines }) => {
    Object.assign(machines?.["azure"] as object, { fallbacks: { sizes: ["Standard_D4as_v5"] } });
  });
  const start = await campaign.uo("start");
  expect(start.exitCode, start.stderr).toBe(0);
  expect(start.stderr).toMatch(/asking for Standard_D4as_v5/);
  // What it costs is what came, not what was wanted first.
  using database = new DatabaseSync(join(folder, "universe_optimize.db"), { readOnly: true });
  const rows = database.prepare("select usd_per_hour from machines").all();
  expect(rows).toEqual([{ usd_per_hour: expect.closeTo(0.172 + 19.71 / 730 + 0.005, 4) as number }]);
  expect(await campaign.leftovers()).toEqual([]);
});

it("begins anew when Azure takes a spot machine back", async () => {
  await using campaign = await azureCampaign({ agentSeconds: 3, azure: { spot: { enabled: true } } });
  const { arm } = campaign;
  const starting = campaign.uo("start");
  await expect.poll(() => campaign.agentStarts(), { timeout: 60_000, interval: 100 }).toBe(1);
  const [vm] = await arm.alive();
  await arm.evict(vm?.name ?? "");
  const start = await starting;
  expect(start.exitCode, start.stderr).toBe(0);
  expect(start.stderr).toMatch(/machine \S+ was taken back by azure \(spot\)/);
  expect(start.stderr).toContain("once more, because its machine was taken back");
  expect((await statusOf(campaign, "project-001")).run).toMatchObject({ number: 2, outcome: "completed" });
  expect(await arm.mostAlive({ id: "project-001" })).toBe(1);
  expect(await campaign.leftovers()).toEqual([]);
});

it("names the act that mends what stands in the way", async () => {
  await using campaign = await azureCampaign();
  const { arm, env, folder } = campaign;
  const badChecks = async (variables: Readonly<Record<string, string>>): Promise<Record<string, string>> => {
    const run = await uoWith(variables, folder, "doctor", "--json");
    const { checks } = json(run) as { checks?: { name: string; state: string; message: string }[] };
    const bad = (checks ?? []).filter(({ state }) => state === "bad");
    expect(run.exitCode).toBe(bad.length === 0 ? 0 : 1);
    return Object.fromEntries(bad.map(({ name, message }) => [name, message]));
  };
  const without = (...names: readonly string[]): Readonly<Record<string, string>> =>
    Object.fromEntries(Object.entries(env).filter(([name]) => !names.includes(name)));

  expect(await badChecks(without("AZURE_CLIENT_SECRET"))).toEqual({
    "machines: credentials": expect.stringMatching(/'az login'.*AZURE_CLIENT_SECRET/) as string,
  });
  expect(await badChecks(without("NODE_EXTRA_CA_CERTS"))).toEqual({
    "machines: credentials": expect.stringMatching(/does not trust.*NODE_EXTRA_CA_CERTS/) as string,
  });
  await arm.deny(["Microsoft.Compute/virtualMachines/write"]);
  await arm.setQuota("eastus", "standardDSv5Family", 0);
  expect(await badChecks(env)).toEqual({
    "machines: role": expect.stringMatching(/virtualMachines\/write.*az role assignment create/) as string,
    "machines: quota": expect.stringMatching(/room for 0.*ask for more quota/) as string,
  });
  await campaign.configure(({ machines }) => {
    Object.assign(machines?.["azure"] as object, { subscriptionId: "00000000-0000-4000-8000-000000000000" });
  });
  expect(await badChecks(env)).toEqual({
    "machines: subscription": expect.stringMatching(/correct subscriptionId \('az account list'/) as string,
  });
});
