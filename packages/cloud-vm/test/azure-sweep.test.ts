import { afterEach, beforeEach, expect, it } from "vitest";
import { runSweep, type KnownMachine } from "@universe-optimize/cloud-vm";
import { azureWorld, type AzureWorld } from "./azure-world.ts";

let world: AzureWorld;
beforeEach(async () => {
  world = await azureWorld();
});
afterEach(async () => {
  await world[Symbol.asyncDispose]();
});

const nothingKnown = async (): Promise<KnownMachine[]> => [];
const tags = { campaign: "spring", job: "job-1" };

it("finds what a lost database knew, by exact tags and after the grace period", async () => {
  const provider = world.provider();
  await provider.create(world.request("ours", tags));
  await provider.create(world.request("theirs", { campaign: "spring", job: "job-10" }));

  const young = await runSweep({ provider, tags, known: nothingKnown });
  expect(young.plan.keep).toEqual([{ machine: "ours", reason: "young" }]);
  expect(young.removed).toEqual([]);

  const dry = await runSweep({ provider, tags, known: nothingKnown, graceMs: 0, dryRun: true });
  expect(dry.plan.remove).toMatchObject([{ machine: "ours", reason: "unknown" }]);
  expect(dry.plan.remove[0]?.resources.map(({ kind }) => kind).toSorted()).toEqual([
    "address",
    "disk",
    "interface",
    "machine",
  ]);
  expect(await provider.get("ours")).not.toBeNull();

  const done = await runSweep({ provider, tags, known: nothingKnown, graceMs: 0 });
  expect(done.removed).toEqual(["ours"]);
  expect(await provider.get("ours")).toBeNull();
  expect(await provider.get("theirs")).toMatchObject({ state: "running" });
});

it("leaves a live machine alone until its time to live is over", async () => {
  const provider = world.provider();
  await provider.create(world.request("live", tags));
  const known = async (): Promise<KnownMachine[]> => [{ name: "live", live: true }];
  expect((await runSweep({ provider, tags, known, graceMs: 0 })).plan.keep).toEqual([
    { machine: "live", reason: "live" },
  ]);
  const later = (): Date => new Date(Date.now() + 25 * 3_600_000);
  expect((await runSweep({ provider, tags, known, now: later })).removed).toEqual(["live"]);
  expect(await world.leftovers()).toEqual([]);
});

it("spares what has become live between the plan and the act", async () => {
  const provider = world.provider();
  await provider.create(world.request("revived", tags));
  let asked = 0;
  const known = async (): Promise<KnownMachine[]> => [{ name: "revived", live: asked++ > 0 }];
  const report = await runSweep({ provider, tags, known, graceMs: 0 });
  expect(report.plan.remove).toMatchObject([{ machine: "revived", reason: "ended" }]);
  expect(report.spared).toEqual(["revived"]);
  expect(await provider.get("revived")).not.toBeNull();
});

it("finds interfaces, addresses and disks without their VM, also while the interface is reserved", async () => {
  const provider = world.provider();
  await world.arm.addFault({
    method: "PUT",
    path: "/virtualMachines/[^/]+$",
    effect: "fail",
    code: "AllocationFailed",
    message: "no room",
  });
  // Killed in the middle of its clean-up: the deletion of the failed VM is its last call.
  const control = new AbortController();
  world.arm.onCall((call, moment) => {
    if (control.signal.aborted) return "cut";
    if (call.method !== "DELETE" || moment !== "after") return "go on";
    control.abort(new Error("killed"));
    return "cut";
  });
  await expect(provider.create(world.request("half", tags), control.signal)).rejects.toThrow("killed");
  world.arm.onCall(null);
  await expect.poll(async () => (await world.arm.alive()).length).toBe(0);
  expect(await world.leftovers()).toEqual(["networkInterfaces half-nic", "publicIPAddresses half-ip"]);

  const report = await runSweep({ provider: world.provider(), tags, known: nothingKnown, graceMs: 0 });
  expect(report.plan.remove).toMatchObject([{ machine: "half", reason: "orphan" }]);
  expect(report.removed).toEqual(["half"]);
  expect(await world.leftovers()).toEqual([]);
});

it("reports what it could not remove, and removes the rest", async () => {
  const provider = world.provider();
  await Promise.all(["stuck", "free"].map((name) => provider.create(world.request(name, tags))));
  await world.arm.addFault({
    method: "DELETE",
    path: "/virtualMachines/stuck$",
    effect: "error",
    status: 403,
    code: "AuthorizationFailed",
    message: "not yours",
    times: null,
  });
  const report = await runSweep({ provider, tags, known: nothingKnown, graceMs: 0 });
  expect(report.removed).toEqual(["free"]);
  expect(report.failed).toMatchObject([{ machine: "stuck", error: { code: "forbidden" } }]);
});

it("tags everything that a machine consists of", async () => {
  const provider = world.provider({ owner: "a team", ttlHours: 5 });
  const before = Date.now();
  await provider.create(world.request("m-1", { project: "universe-optimize", repo: "org/repo", id: "p-1" }));
  const parts = (await world.arm.inventory()).filter(({ name }) => name.startsWith("m-1"));
  expect(parts).toHaveLength(4);
  for (const part of parts) {
    expect(part.tags, part.id).toMatchObject({
      project: "universe-optimize",
      repo: "org/repo",
      id: "p-1",
      "uo-machine": "m-1",
      "uo-owner": "a team",
    });
    const lifeMs = Date.parse(part.tags["uo-expires"] ?? "") - before;
    expect(Math.abs(lifeMs - 5 * 3_600_000)).toBeLessThan(60_000);
  }
  expect(await provider.get("m-1")).toMatchObject({
    tags: { project: "universe-optimize", repo: "org/repo", id: "p-1" },
  });
});

it("sweeps nothing where there is no group, and refuses to sweep everything", async () => {
  const provider = world.provider();
  expect((await runSweep({ provider, tags, known: nothingKnown })).plan).toEqual({ remove: [], keep: [] });
  await expect(runSweep({ provider, tags: {}, known: nothingKnown })).rejects.toMatchObject({
    code: "invalid_request",
  });
});
