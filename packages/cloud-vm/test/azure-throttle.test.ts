import type { AzureProvider } from "@universe-optimize/cloud-vm/azure";
import { expect, test } from "vitest";
import { armCredential } from "./arm-clients.ts";
import { type AzureWorld, azureWorld } from "./azure-world.ts";

const durations = { createVm: 10, deleteVm: 10, network: 2, disk: 2 };

/** Makes so many machines at once and removes them again. */
async function comeAndGo(world: AzureWorld, provider: AzureProvider, machines: number): Promise<void> {
  const names = Array.from({ length: machines }, (_, index) => `m-${index}`);
  await Promise.all(names.map(async (name) => await provider.create(world.request(name))));
  expect(await world.arm.alive()).toHaveLength(machines);
  await Promise.all(names.map(async (name) => await provider.destroy(name)));
  expect(await world.leftovers()).toEqual([]);
}

test("a fleet keeps to the limits that it knows, in few calls a machine", async () => {
  const limits = {
    reads: { capacity: 50, perSecond: 100 },
    writes: { capacity: 20, perSecond: 40 },
    deletes: { capacity: 5, perSecond: 40 },
  };
  await using world = await azureWorld({
    durations,
    throttling: { ...limits, leastRetryAfterSeconds: 3, graceMs: 2000 },
  });
  const machines = 15;
  await comeAndGo(world, world.provider({ rateLimits: limits }), machines);
  expect(await world.arm.violations()).toEqual([]);
  const calls = await world.arm.calls();
  const writes = calls.filter(({ method }) => method === "PUT" || method === "PATCH").length;
  const deletes = calls.filter(({ method }) => method === "DELETE").length;
  // Address, interface, VM and the disk's tags; group, network and security group once. One deletion takes all along.
  expect(writes).toBeLessThanOrEqual(4 * machines + 3 + throttled(calls));
  expect(deletes).toBeLessThanOrEqual(machines + throttled(calls));
});

test("limits that are tighter than known: every Retry-After is waited for, and all is done in the end", async () => {
  await using world = await azureWorld({
    durations,
    throttling: {
      reads: { capacity: 40, perSecond: 60 },
      writes: { capacity: 10, perSecond: 10 },
      deletes: { capacity: 2, perSecond: 5 },
      leastRetryAfterSeconds: 3,
      // Requests that were on their way when the first was refused.
      graceMs: 2000,
    },
  });
  await comeAndGo(world, world.provider(), 4);
  expect(throttled(await world.arm.calls())).toBeGreaterThan(0);
  expect(await world.arm.violations()).toEqual([]);
});

test("a pause is shared: providers of one principal keep it together", async () => {
  await using world = await azureWorld({ durations, throttling: { scale: 100, graceMs: 1500 } });
  const credential = armCredential(world.arm);
  const [one, two] = [world.provider({ credential }), world.provider({ credential })];
  await world.arm.addFault({
    method: "GET",
    path: "/virtualMachines/m-1$",
    effect: "error",
    status: 429,
    code: "SubscriptionRequestsThrottled",
    message: "Too many requests.",
    retryAfterSeconds: 3,
  });
  const first = one.get("m-1");
  await expect.poll(() => world.events.some(({ kind }) => kind === "throttled")).toBe(true);
  expect(await Promise.all([first, two.get("m-2")])).toEqual([null, null]);
  expect(throttled(await world.arm.calls())).toBe(1);
  expect(await world.arm.violations()).toEqual([]);
});

function throttled(calls: readonly { readonly status: number | null }[]): number {
  return calls.filter(({ status }) => status === 429).length;
}
