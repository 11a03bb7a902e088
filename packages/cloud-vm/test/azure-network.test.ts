import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, it } from "vitest";
import { azureProvider } from "@universe-optimize/cloud-vm/azure";
import { azureWorld, GROUP, type AzureWorld } from "./azure-world.ts";

let world: AzureWorld;
beforeEach(async () => {
  world = await azureWorld();
});
afterEach(async () => {
  await world[Symbol.asyncDispose]();
});

/** Answers with an address, as services on the internet do. */
async function addressService(
  address: () => string,
): Promise<AsyncDisposable & { url: string; asked(): number }> {
  let asked = 0;
  const server = createServer((_request, response) => {
    asked += 1;
    response.end(`${address()}\n`);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/ip`,
    asked: () => asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** What the emulator's security group lets in, read as anybody would. */
async function rules(): Promise<unknown[]> {
  const token = await fetch(`${world.arm.url}/${world.arm.tenantId}/oauth2/v2.0/token`, {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({
      grant_type: "client_credentials",
      client_id: world.arm.clientId,
      client_secret: world.arm.clientSecret,
      scope: `${world.arm.url}/.default`,
    }).toString(),
  });
  const { access_token: bearer } = (await token.json()) as { access_token: string };
  const response = await fetch(
    `${world.arm.url}/subscriptions/${world.arm.subscriptionId}/resourceGroups/${GROUP}/providers/Microsoft.Network/networkSecurityGroups/universe-optimize-eastus-nsg?api-version=2025-05-01`,
    { headers: { authorization: `Bearer ${bearer}` } },
  );
  const group = (await response.json()) as {
    properties: { securityRules: { properties: Record<string, unknown> }[] };
  };
  return group.properties.securityRules.map(({ properties }) => [
    properties["direction"],
    properties["access"],
    properties["protocol"],
    properties["sourceAddressPrefix"],
    properties["destinationPortRange"],
  ]);
}

it("lets in SSH from the orchestrator alone, and follows it when it moves", async () => {
  let address = "198.51.100.7";
  await using service = await addressService(() => address);
  const options = { orchestratorIp: "auto", addressServices: ["http://127.0.0.1:9/", service.url] };
  await world.provider(options).create(world.request("m-1"));
  const port = String(world.arm.sshPort);
  expect(await rules()).toEqual([["Inbound", "Allow", "Tcp", "198.51.100.7", port]]);

  // A process that starts elsewhere: asking for the machine is enough.
  address = "203.0.113.9";
  const moved = world.provider(options);
  await moved.get("m-1");
  expect(await rules()).toEqual([["Inbound", "Allow", "Tcp", "203.0.113.9", port]]);
  const asked = service.asked();
  await moved.get("m-1");
  expect(service.asked()).toBe(asked);
});

it.each([
  "0.0.0.0/0",
  "::/0",
  "0.0.0.0",
  "10.0.0.0/7",
  "128.0.0.0/1",
  "everywhere",
  "1.2.3.4/33",
  "1.2.3.4/24/8",
  "",
])("refuses the orchestrator's address %j", (orchestratorIp) => {
  expect(() => world.provider({ orchestratorIp })).toThrow(
    expect.objectContaining({ name: "MachineError", code: "invalid_request" }) as Error,
  );
});

it("refuses an address service that names everybody", async () => {
  await using service = await addressService(() => "0.0.0.0");
  const provider = world.provider({ orchestratorIp: "auto", addressServices: [service.url] });
  await expect(provider.create(world.request("m-1"))).rejects.toMatchObject({ code: "unreachable" });
  expect(await world.leftovers()).toEqual([]);
});

it("works in a group and network that exist, without the right to make them", async () => {
  await world.provider().create(world.request("first"));
  await world.arm.deny([
    "Microsoft.Resources/subscriptions/resourceGroups/write",
    "Microsoft.Network/virtualNetworks/write",
    "Microsoft.Network/networkSecurityGroups/write",
  ]);
  expect((await world.provider().create(world.request("second"))).state).toBe("running");
});

it("says which right is missing where there is no group", async () => {
  await world.arm.deny(["Microsoft.Resources/subscriptions/resourceGroups/write"]);
  await expect(world.provider().create(world.request("m-1"))).rejects.toMatchObject({
    code: "forbidden",
    message: expect.stringContaining("resourceGroups/write"),
  });
});

it("waits for a group of that name that is being deleted", async () => {
  await using slow = await azureWorld({ durations: { deleteGroup: 300 } });
  const provider = slow.provider();
  await provider.create(slow.request("m-1"));
  await provider.destroy("m-1");
  const removal = provider.destroyNetwork();
  await expect
    .poll(async () =>
      (await slow.arm.calls()).some(({ method, path }) => method === "DELETE" && path.endsWith(GROUP)),
    )
    .toBe(true);
  expect((await slow.provider().create(slow.request("m-2"))).state).toBe("running");
  await removal;
});

it("gives a machine of a private network no public address", async () => {
  const provider = world.provider({ network: "private" });
  const made = await provider.create(world.request("m-1"));
  expect(made.ssh?.host).toMatch(/^127\./);
  expect(await provider.get("m-1")).toEqual(made);
  expect(await world.leftovers()).toEqual([
    "disks m-1-os",
    "networkInterfaces m-1-nic",
    "virtualMachines m-1",
  ]);
  await provider.destroy("m-1");
  expect(await world.leftovers()).toEqual([]);
});

it("uses a subnet that exists, and makes no network", async () => {
  await world.provider().create(world.request("first"));
  const subnetId = `/subscriptions/${world.arm.subscriptionId}/resourceGroups/${GROUP}/providers/Microsoft.Network/virtualNetworks/universe-optimize-eastus-vnet/subnets/machines`;
  const before = (await world.arm.calls()).length;
  await world.provider({ subnetId }).create(world.request("second"));
  const calls = (await world.arm.calls()).slice(before);
  expect(calls.filter(({ path }) => path.endsWith("-vnet"))).toEqual([]);
});

it("reads the host key through Azure where that is configured", async () => {
  const provider = world.provider({ hostKey: "run-command" });
  const made = await provider.create(world.request("m-1"));
  expect(made.ssh?.hostKeys).toHaveLength(1);
  expect(await provider.get("m-1")).toEqual(made);
  const runs = (await world.arm.calls()).filter(({ path }) => path.endsWith("/runCommand"));
  expect(runs).toHaveLength(1);
  // Adopting it asks no more.
  expect(await world.provider({ hostKey: "run-command" }).create(world.request("m-1"))).toEqual(made);
  expect((await world.arm.calls()).filter(({ path }) => path.endsWith("/runCommand"))).toHaveLength(1);
});

it("logs in as the environment says, at any authority", async () => {
  const before = { ...process.env };
  Object.assign(process.env, world.arm.env);
  try {
    const provider = azureProvider({
      subscriptionId: world.arm.subscriptionId,
      resourceGroup: GROUP,
      resourceManagerUrl: world.arm.url,
      orchestratorIp: "198.51.100.7",
    });
    expect(await provider.list({})).toEqual([]);
  } finally {
    for (const name of Object.keys(world.arm.env)) {
      const value = before[name];
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
});
