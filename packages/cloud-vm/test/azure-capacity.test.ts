import { afterEach, beforeEach, expect, it } from "vitest";
import { processMemory } from "@universe-optimize/cloud-vm/azure";
import { azureWorld, GROUP, type AzureWorld } from "./azure-world.ts";

let world: AzureWorld;
beforeEach(async () => {
  world = await azureWorld();
});
afterEach(async () => {
  await world[Symbol.asyncDispose]();
});

const VM_PATH = "/virtualMachines/[^/]+$";
const vmPuts = async (): Promise<number> =>
  (await world.arm.calls()).filter(({ method, path }) => method === "PUT" && /\/virtualMachines\//.test(path))
    .length;

it.each([
  ["AllocationFailed", "fail", 409, 10],
  ["ZonalAllocationFailed", "fail", 409, 10],
  ["OverconstrainedAllocationRequest", "fail", 409, 10],
  ["SkuNotAvailable", "fail", 409, 23 * 60],
  ["AllocationFailed", "error", 409, 10],
  ["SkuNotAvailable", "error", 409, 23 * 60],
] as const)(
  "%s (%s): takes the next size, and blocks the first for a while",
  async (code, effect, status, minutes) => {
    await world.arm.addFault({
      method: "PUT",
      path: VM_PATH,
      effect,
      status,
      code,
      message: `${code} it is`,
    });
    const memory = processMemory();
    const provider = world.provider({ memory, fallbacks: { sizes: ["Standard_D4as_v5"] } });

    const made = await provider.create(world.request("m-1"));
    expect(made.placement).toEqual({ size: "Standard_D4as_v5", region: "eastus", zone: null, spot: false });
    expect(await world.leftovers()).toEqual([
      "disks m-1-os",
      "networkInterfaces m-1-nic",
      "publicIPAddresses m-1-ip",
      "virtualMachines m-1",
    ]);

    // Another provider on the same memory does not try the first size again.
    const before = await vmPuts();
    const second = await world
      .provider({ memory, fallbacks: { sizes: ["Standard_D4as_v5"] } })
      .create(world.request("m-2"));
    expect(second.placement?.size).toBe("Standard_D4as_v5");
    expect((await vmPuts()) - before).toBe(1);

    const alone = world.provider({ memory });
    const failure = await alone.create(world.request("m-3")).then(String, (error: unknown) => error);
    expect(failure).toMatchObject({ code: code === "SkuNotAvailable" ? "size_unavailable" : "capacity" });
    const waitMs = (failure as { retryAt: Date }).retryAt.getTime() - Date.now();
    expect(waitMs / 60_000).toBeGreaterThan(minutes - 2);
    expect(waitMs / 60_000).toBeLessThanOrEqual(minutes);
    expect((await vmPuts()) - before).toBe(1);

    await Promise.all([provider.destroy("m-1"), provider.destroy("m-2"), provider.destroy("m-3")]);
    expect(await world.leftovers()).toEqual([]);
  },
);

it("goes on to the next region, and leaves nothing in the first", async () => {
  await world.arm.addFault({
    method: "PUT",
    path: VM_PATH,
    effect: "fail",
    code: "AllocationFailed",
    message:
      "Allocation failed. We do not have sufficient capacity for the requested VM size in this region.",
  });
  const provider = world.provider({ fallbacks: { regions: ["westeurope"] } });
  const made = await provider.create(world.request("m-1"));
  expect(made.placement?.region).toBe("westeurope");
  const places = (await world.arm.inventory()).filter(({ tags }) => tags["uo-machine"] === "m-1");
  expect(new Set(places.map(({ location }) => location))).toEqual(new Set(["westeurope"]));
  expect(places).toHaveLength(4);
  await provider.destroy("m-1");
  expect(await world.leftovers()).toEqual([]);
});

it("tries zones, and gives the address to all of them", async () => {
  await world.arm.addFault({
    method: "PUT",
    path: VM_PATH,
    effect: "fail",
    code: "AllocationFailed",
    message: "-",
  });
  const provider = world.provider({ fallbacks: { zones: ["2"] } });
  const made = await provider.create(world.request("m-1"));
  expect(made.placement?.zone).toBe("2");
  await provider.destroy("m-1");
  expect(await world.leftovers()).toEqual([]);
});

it("says capacity, and leaves nothing, when no choice is left", async () => {
  await world.arm.addFault({
    method: "PUT",
    path: VM_PATH,
    effect: "fail",
    code: "AllocationFailed",
    message: "no room",
    times: null,
  });
  const provider = world.provider({ fallbacks: { sizes: ["Standard_D4as_v5"] } });
  await expect(provider.create(world.request("m-1"))).rejects.toMatchObject({
    name: "MachineError",
    code: "capacity",
    retryable: true,
    message: expect.stringContaining("Standard_D4as_v5 in eastus"),
  });
  // The interface was reserved for the failed VM: waiting for it is part of leaving nothing.
  expect(await world.leftovers()).toEqual([]);
});

it.each([
  ["none", 0, 0, 23 * 60],
  ["too little", 6, 1, 60],
])("burns no attempt on quota: %s", async (_name, limit, existing, minutes) => {
  await world.arm.setQuota("eastus", "standardDSv5Family", limit);
  const provider = world.provider();
  for (let count = 0; count < existing; count++) await provider.create(world.request(`old-${count}`));
  const before = await vmPuts();
  const fresh = world.provider();
  const failure = await fresh.create(world.request("m-1")).then(String, (error: unknown) => error);
  expect(failure).toMatchObject({ code: "quota", retryable: true });
  expect(String(failure)).toMatch(/standardDSv5Family: \d of \d used, 4 needed/);
  const waitMs = (failure as { retryAt: Date }).retryAt.getTime() - Date.now();
  expect(waitMs / 60_000).toBeGreaterThan(minutes - 2);
  expect(waitMs / 60_000).toBeLessThanOrEqual(minutes);
  expect(await vmPuts()).toBe(before);
  expect((await world.leftovers()).filter((item) => item.includes("m-1"))).toEqual([]);

  // Granted meanwhile: the next call finds out by itself.
  await world.arm.setQuota("eastus", "standardDSv5Family", 100);
  expect((await world.provider().create(world.request("m-1"))).state).toBe("running");
});

it("knows quota from a refusal where usage may not be read", async () => {
  await world.arm.deny(["Microsoft.Compute/locations/usages"]);
  await world.arm.setQuota("eastus", "standardDSv5Family", 0);
  const provider = world.provider({ fallbacks: { sizes: ["Standard_D4as_v5"] } });
  const made = await provider.create(world.request("m-1"));
  expect(made.placement?.size).toBe("Standard_D4as_v5");
  await expect(world.provider().create(world.request("m-2"))).rejects.toMatchObject({
    code: "quota",
    providerCode: null,
  });
  await provider.destroy("m-1");
  expect(await world.leftovers()).toEqual([]);
});

it("takes a spot machine, and a regular one when there is none", async () => {
  const provider = world.provider({ spot: { enabled: true } });
  const spot = await provider.create(world.request("m-1"));
  expect(spot.placement?.spot).toBe(true);
  await world.arm.setQuota("eastus", "lowPriorityCores", 4);
  const regular = await world.provider({ spot: { enabled: true } }).create(world.request("m-2"));
  expect(regular.placement?.spot).toBe(false);
  await expect(
    world.provider({ spot: { enabled: true, fallbackToRegular: false } }).create(world.request("m-3")),
  ).rejects.toMatchObject({ code: "quota" });
});

it("tells an eviction from other ends", async () => {
  const provider = world.provider({ spot: { enabled: true } });
  await Promise.all([provider.create(world.request("kept")), provider.create(world.request("shut"))]);
  await world.arm.evict("kept");
  expect(await provider.get("kept")).toMatchObject({ state: "stopped", evicted: true, ssh: null });
  await world.arm.shutDown("shut");
  const shut = await provider.get("shut");
  expect(shut).toMatchObject({ state: "stopped" });
  expect(shut?.evicted).toBeUndefined();
  // Started again, it is the same machine.
  const again = await provider.create(world.request("kept"));
  expect(again).toMatchObject({ state: "running" });
  expect(again.evicted).toBeUndefined();

  const gone = world.provider({ spot: { enabled: true, evictionPolicy: "Delete" } });
  await gone.create(world.request("gone"));
  await world.arm.evict("gone");
  expect(await gone.get("gone")).toBeNull();
  await Promise.all(["kept", "shut", "gone"].map((name) => provider.destroy(name)));
  expect(await world.leftovers()).toEqual([]);
});

it("joins a flexible scale set, and keeps names, tags and lives apart", async () => {
  const provider = world.provider({ scaleSet: { name: "fleet" } });
  await Promise.all(["m-1", "m-2"].map((name) => provider.create(world.request(name))));
  expect((await provider.list({ job: "job-1" })).map(({ name }) => name)).toEqual(["m-1", "m-2"]);
  await provider.destroy("m-1");
  expect(await provider.get("m-1")).toBeNull();
  expect(await provider.get("m-2")).not.toBeNull();
  const { kept } = await provider.destroyNetwork();
  expect(kept.map(({ id }) => id).toSorted()).toEqual([
    "fleet-eastus",
    "universe-optimize-eastus-nsg",
    "universe-optimize-eastus-vnet",
  ]);
  expect(await provider.get("m-2")).toMatchObject({ state: "running" });
  await provider.destroy("m-2");
  expect((await provider.destroyNetwork()).removed).toContain(GROUP);
  expect(await world.arm.inventory()).toEqual([]);
});

it("waits for a machine that Azure gave up on too early", async () => {
  await world.arm.addFault({
    method: "PUT",
    path: VM_PATH,
    effect: "fail",
    code: "OSProvisioningTimedOut",
    message: "OS Provisioning for VM did not finish in the allotted time.",
    comesUpAfterMs: 300,
  });
  const provider = world.provider();
  expect((await provider.create(world.request("m-1"))).state).toBe("running");
  expect(await world.arm.mostAlive({})).toBe(1);
  await provider.destroy("m-1");
});

it("removes a machine that never came up", async () => {
  await world.arm.addFault({
    method: "PUT",
    path: VM_PATH,
    effect: "fail",
    code: "OSProvisioningTimedOut",
    message: "OS Provisioning for VM did not finish in the allotted time.",
  });
  const provider = world.provider({ sshTimeoutMs: 200 });
  await expect(provider.create(world.request("m-1"))).rejects.toMatchObject({
    code: "create_failed",
    retryable: true,
    providerCode: "OSProvisioningTimedOut",
  });
  expect(await world.leftovers()).toEqual([]);
});
