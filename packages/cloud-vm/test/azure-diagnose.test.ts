import { randomUUID } from "node:crypto";
import type { ProviderCheck } from "@universe-optimize/cloud-vm";
import { CredentialUnavailableError } from "@azure/identity";
import { afterEach, beforeEach, expect, it } from "vitest";
import { azureWorld, type AzureWorld } from "./azure-world.ts";

let world: AzureWorld;
beforeEach(async () => {
  world = await azureWorld();
});
afterEach(async () => {
  await world[Symbol.asyncDispose]();
});

const bad = (checks: readonly ProviderCheck[]): ProviderCheck[] =>
  checks.filter(({ state }) => state === "bad");

it("finds nothing wrong, before and after the group is made, and changes nothing", async () => {
  const provider = world.provider();
  const first = await provider.diagnose({ machines: 3 });
  expect(bad(first)).toEqual([]);
  expect(first.map(({ name }) => name)).toEqual([
    "credentials",
    "subscription",
    "group",
    "role",
    "quota",
    "address",
  ]);
  expect(await world.arm.inventory()).toEqual([]);
  await provider.create(world.request("m-1"));
  expect(bad(await provider.diagnose({ machines: 3 }))).toEqual([]);
  expect(await provider.get("m-1")).toMatchObject({ state: "running" });
});

it("names how to log in without credentials", async () => {
  const provider = world.provider({
    credential: {
      getToken: async () => {
        throw new CredentialUnavailableError("EnvironmentCredential is unavailable.");
      },
    },
  });
  expect(bad(await provider.diagnose({ machines: 1 }))).toMatchObject([
    { name: "credentials", message: expect.stringMatching(/az login.*AZURE_CLIENT_SECRET/) },
  ]);
  await expect(provider.create(world.request("m-1"))).rejects.toMatchObject({ code: "unauthenticated" });
});

it("names how to log in with a secret that was changed", async () => {
  await world.arm.changeSecret("renewed");
  await world.arm.expireTokens();
  const checks = await world.provider().diagnose({ machines: 1 });
  expect(bad(checks)).toMatchObject([{ name: "credentials", message: expect.stringContaining("az login") }]);
});

it("names what to correct for a wrong subscription", async () => {
  const provider = world.provider({ subscriptionId: randomUUID() });
  const checks = await provider.diagnose({ machines: 1 });
  expect(bad(checks)).toMatchObject([
    { name: "subscription", message: expect.stringMatching(/SubscriptionNotFound.*az account list/) },
  ]);
  await expect(provider.create(world.request("m-1"))).rejects.toMatchObject({ code: "subscription" });
});

it.each([
  "Microsoft.Compute/virtualMachines/write",
  "Microsoft.Compute/virtualMachines/delete",
  "Microsoft.Network/networkInterfaces/write",
  "Microsoft.Network/publicIPAddresses/delete",
  "Microsoft.Resources/subscriptions/resourceGroups/write",
])("names the missing right %s and the role to ask for", async (action) => {
  await world.arm.deny([action]);
  const checks = bad(await world.provider().diagnose({ machines: 1 }));
  expect(checks).toMatchObject([
    { name: "role", message: expect.stringMatching(/az role assignment create/) },
  ]);
  expect(checks[0]?.message).toContain(action);
});

it("says how many machines there is quota for", async () => {
  await world.arm.setQuota("eastus", "standardDSv5Family", 10);
  const provider = world.provider();
  expect(bad(await provider.diagnose({ machines: 2 }))).toEqual([]);
  expect(bad(await provider.diagnose({ machines: 3 }))).toMatchObject([
    {
      name: "quota",
      message: expect.stringMatching(/room for 2 .*10 vCPUs.*3 at a time are wanted.*more quota/),
    },
  ]);
  await world.arm.setQuota("eastus", "standardDSv5Family", 0);
  expect(bad(await world.provider().diagnose({ machines: 1 }))).toMatchObject([
    { name: "quota", message: expect.stringContaining("room for 0") },
  ]);
});

it("says that the orchestrator's address cannot be found", async () => {
  const provider = world.provider({ orchestratorIp: "auto", addressServices: ["http://127.0.0.1:9/"] });
  expect(bad(await provider.diagnose({ machines: 1 }))).toMatchObject([
    { name: "address", message: expect.stringContaining("orchestratorIp") },
  ]);
});

it("says that Azure does not answer", async () => {
  const provider = world.provider({ resourceManagerUrl: "https://127.0.0.1:9" });
  const checks = bad(await provider.diagnose({ machines: 1 }));
  expect(checks).toMatchObject([{ message: expect.stringContaining("resourceManagerUrl") }]);
});
