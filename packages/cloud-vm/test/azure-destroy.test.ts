import { afterEach, beforeEach, expect, it } from "vitest";
import { azureWorld, GROUP, type AzureWorld } from "./azure-world.ts";

let world: AzureWorld;
beforeEach(async () => {
  world = await azureWorld();
});
afterEach(async () => {
  await world[Symbol.asyncDispose]();
});

it.each([
  ["409", 9, { status: 409, code: "Conflict", message: "in the way" }],
  ["500", 9, { status: 500, code: "InternalServerError", message: "oops" }],
  ["429 without Retry-After", 1, { status: 429, code: "TooManyRequests", message: "slower" }],
] as const)("goes on through %s until everything is gone", async (_name, times, answer) => {
  const provider = world.provider();
  await provider.create(world.request("m-1"));
  // More of them than the SDK tries on its own.
  await world.arm.addFault({
    method: "DELETE",
    path: "/virtualMachines/m-1$",
    effect: "error",
    times,
    ...answer,
  });
  await provider.destroy("m-1");
  expect(await world.arm.removeFault()).toBe(times);
  expect(await world.leftovers()).toEqual([]);
  expect(await provider.get("m-1")).toBeNull();
});

it("goes on through failures inside the deletion, and reports them", async () => {
  const provider = world.provider();
  await provider.create(world.request("m-1"));
  await world.arm.addFault({
    method: "DELETE",
    path: "/virtualMachines/m-1$",
    effect: "fail",
    code: "InternalExecutionError",
    message: "An internal execution error occurred.",
    times: 2,
  });
  await provider.destroy("m-1");
  expect(await world.leftovers()).toEqual([]);
  const retries = world.events.filter(({ kind }) => kind === "destroy_retried");
  expect(retries).toHaveLength(2);
  expect(retries[0]?.message).toContain("InternalExecutionError");
});

it("never says gone while Azure does not", async () => {
  const provider = world.provider();
  await provider.create(world.request("m-1"));
  await world.arm.addFault({
    method: "DELETE",
    path: "/virtualMachines/m-1$",
    effect: "error",
    status: 409,
    code: "Conflict",
    message: "in the way",
    times: null,
  });
  const reason = new Error("enough for today");
  const control = new AbortController();
  setTimeout(() => control.abort(reason), 400);
  await expect(provider.destroy("m-1", control.signal)).rejects.toBe(reason);
  expect(await provider.get("m-1")).not.toBeNull();
  await world.arm.removeFault();
  await provider.destroy("m-1");
  expect(await world.leftovers()).toEqual([]);
});

it("says what right is missing, retryably, and finishes once it is granted", async () => {
  const provider = world.provider();
  await provider.create(world.request("m-1"));
  await world.arm.deny(["Microsoft.Compute/virtualMachines/delete"]);
  await expect(provider.destroy("m-1")).rejects.toMatchObject({
    name: "MachineError",
    code: "forbidden",
    retryable: true,
    providerCode: "AuthorizationFailed",
  });
  expect(await provider.get("m-1")).toMatchObject({ state: "running" });
  await world.arm.deny([]);
  await provider.destroy("m-1");
  expect(await world.leftovers()).toEqual([]);
});

it("says that the credential has expired, retryably, and shows no token", async () => {
  const provider = world.provider();
  await provider.create(world.request("m-1"));
  await world.arm.changeSecret("renewed");
  await world.arm.expireTokens();
  const failure = await provider.destroy("m-1").then(String, (error: unknown) => error);
  expect(failure).toMatchObject({ name: "MachineError", code: "unauthenticated", retryable: true });
  expect(JSON.stringify(failure, Object.getOwnPropertyNames(failure))).not.toMatch(/bearer/i);
  expect(JSON.stringify((failure as Error).cause)).not.toMatch(/bearer/i);
  expect(await world.leftovers()).toHaveLength(4);
});

it("deletes by name what lists do not show yet", async () => {
  await using lagging = await azureWorld({ listLagMs: 60_000 });
  const provider = lagging.provider();
  await provider.create(lagging.request("m-1"));
  expect(await provider.list({})).toEqual([]);
  expect(await provider.get("m-1")).not.toBeNull();
  await provider.destroy("m-1");
  expect(await lagging.leftovers()).toEqual([]);
});

it("removes each part on its own when the VM is gone already", async () => {
  const provider = world.provider();
  await world.arm.addFault({
    method: "PUT",
    path: "/virtualMachines/m-1$",
    effect: "error",
    status: 403,
    code: "RequestDisallowedByPolicy",
    message: "not here",
    times: null,
  });
  // Refused after interface and address were made: nothing stays.
  await expect(provider.create(world.request("m-1"))).rejects.toMatchObject({ code: "forbidden" });
  expect(await world.leftovers()).toEqual([]);
});

it("sees a machine that somebody else deleted, and makes it anew when asked to", async () => {
  const provider = world.provider();
  await provider.create(world.request("m-1"));
  await world.arm.deleteVm("m-1");
  expect(await provider.get("m-1")).toBeNull();
  expect((await provider.create(world.request("m-1"))).state).toBe("running");
  expect(await world.arm.mostAlive({})).toBe(1);
  await provider.destroy("m-1");
});

it("ends a creation that is under way", async () => {
  const provider = world.provider();
  const creation = provider.create(world.request("m-1")).then(
    () => "made",
    () => "ended",
  );
  while ((await world.arm.alive()).length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  await provider.destroy("m-1");
  if ((await creation) === "made") await provider.destroy("m-1");
  else expect(await world.arm.alive()).toEqual([]);
  await provider.destroy("m-1");
  expect(await world.leftovers()).toEqual([]);
});

it("keeps what a machine uses, and takes a group only when it made it", async () => {
  const provider = world.provider();
  await provider.create(world.request("m-1"));
  const first = await provider.destroyNetwork();
  expect(first.removed).toEqual([]);
  expect(first.kept).toHaveLength(2);
  expect(await provider.get("m-1")).toMatchObject({ state: "running" });
  await provider.destroy("m-1");
  expect((await provider.destroyNetwork()).removed).toEqual([
    "universe-optimize-eastus-vnet",
    "universe-optimize-eastus-nsg",
    GROUP,
  ]);
  expect(await world.arm.inventory()).toEqual([]);
  expect(await provider.destroyNetwork()).toEqual({ removed: [], kept: [] });
  // And it can begin again at once.
  expect((await provider.create(world.request("m-2"))).state).toBe("running");
});
