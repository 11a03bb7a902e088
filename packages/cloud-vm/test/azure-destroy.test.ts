import { afterEach, beforeEach, expect, it } from "vitest";
import { armClients } from "./arm-clients.ts";
import { azureWorld, GROUP, type AzureWorld } from "./azure-world.ts";

let world: AzureWorld;
beforeEach(async () => {
  world = await azureWorld();
});
afterEach(async () => {
  await world[Symbol.asyncDispose]();
});

it.each([
  ["409", 5, { status: 409, code: "Conflict", message: "in the way" }],
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

it("leaves alone what has the name and belongs to somebody else", async () => {
  const provider = world.provider();
  await provider.create(world.request("other"));
  const { compute } = armClients(world.arm);
  await compute.virtualMachines.update(GROUP, "other", { tags: { team: "another" } });
  // Nor is it said to be gone: it may be ours, and somebody has changed its tags.
  expect(await provider.get("other")).toMatchObject({ tags: { team: "another" }, ssh: null });
  await expect(provider.create(world.request("other"))).rejects.toMatchObject({ code: "name_taken" });
  await expect(provider.destroy("other")).rejects.toMatchObject({ code: "name_taken", retryable: false });
  expect(await world.arm.alive()).toMatchObject([{ name: "other", powerState: "running" }]);
});

it("makes a machine although parts of an earlier one are left, in another region too", async () => {
  const provider = world.provider();
  await provider.create(world.request("first"));
  const { compute } = armClients(world.arm);
  await compute.disks.createOrUpdate(GROUP, "m-1-os", {
    location: "eastus",
    creationData: { createOption: "Empty" },
    diskSizeGB: 32,
  });
  expect((await provider.create(world.request("m-1"))).state).toBe("running");
  await provider.destroy("m-1");

  // Killed before its VM was asked for: address and interface lie in the first region.
  const control = new AbortController();
  world.arm.onCall((call, moment) => {
    if (control.signal.aborted) return "cut";
    if (moment === "after" || call.method !== "PUT" || !call.path.endsWith("/virtualMachines/m-2"))
      return "go on";
    control.abort(new Error("killed"));
    return "cut";
  });
  await expect(provider.create(world.request("m-2"), control.signal)).rejects.toThrow("killed");
  world.arm.onCall(null);
  const made = await world.provider({ location: "westus2" }).create(world.request("m-2"));
  expect(made.placement?.region).toBe("westus2");
  await Promise.all(["first", "m-2"].map((name) => provider.destroy(name)));
  expect(await world.leftovers()).toEqual([]);
});
