import { request } from "node:https";
import { startArm, type TestArm } from "@universe-optimize/test-servers/arm";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  type ArmClients,
  armClients,
  armCredential,
  group,
  location,
  makeNetwork,
  makeNic,
  makeVm,
  quick,
  refusal,
  vmBody,
} from "./arm-clients.ts";

let arm: TestArm;
let clients: ArmClients;
let subnet: string;

beforeEach(async () => {
  arm = await startArm({ quotas: { eastus: { lowPriorityCores: 4 } } });
  clients = armClients(arm);
  subnet = await makeNetwork(clients);
});
afterEach(async () => await arm.stop());

const names = async (): Promise<string[]> => (await arm.inventory()).map(({ name }) => name).toSorted();

describe("who may do what", () => {
  test("a wrong secret, an unknown tenant and an unknown application are refused as Entra refuses them", async () => {
    const get = (change: object) => refusal(armClients(arm, change).resources.resourceGroups.get(group));
    expect((await get({ clientSecret: "wrong" })).message).toMatch(/invalid_client.*AADSTS7000215/s);
    expect((await get({ clientId: "wrong" })).message).toMatch(/unauthorized_client.*AADSTS700016/s);
    expect((await get({ tenantId: "00000000-0000-0000-0000-000000000000" })).message).toMatch(
      /tenant|endpoint/i,
    );
  });

  test("expired tokens, missing roles and other subscriptions", async () => {
    await arm.expireTokens();
    expect(await refusal(clients.resources.resourceGroups.get(group))).toMatchObject({
      status: 401,
      code: "ExpiredAuthenticationToken",
    });
    clients = armClients(arm);
    await arm.deny(["Microsoft.Resources/subscriptions/resourceGroups/read"]);
    const denied = await refusal(clients.resources.resourceGroups.get(group));
    expect(denied).toMatchObject({ status: 403, code: "AuthorizationFailed" });
    expect(denied.message).toContain("'Microsoft.Resources/subscriptions/resourceGroups/read'");
    await arm.deny(["Microsoft.Network/virtualNetworks/subnets/join"]);
    expect(await refusal(makeNic(clients, "one", subnet))).toMatchObject({
      code: "LinkedAuthorizationFailed",
    });
    const other = armClients(arm, { subscriptionId: "00000000-0000-0000-0000-000000000000" });
    expect(await refusal(other.resources.resourceGroups.get(group))).toMatchObject({
      status: 404,
      code: "SubscriptionNotFound",
    });
  });
});

describe("bodies", () => {
  test("an unknown property, a wrong value and a missing one are named", async () => {
    const nic = await makeNic(clients, "one", subnet);
    // The SDK would drop what it does not know: straight to the wire.
    const token = await armCredential(arm).getToken(`${arm.url}/.default`);
    const url = `${arm.url}/subscriptions/${arm.subscriptionId}/resourceGroups/${group}/providers/Microsoft.Compute/virtualMachines/one?api-version=2026-04-01`;
    const put = async (body: object) => {
      const response = await send("PUT", url, arm.caPem, token.token, body);
      return (JSON.parse(response) as { error: { message: string } }).error.message;
    };
    const good = {
      location,
      properties: {
        hardwareProfile: { vmSize: "Standard_D4s_v5" },
        storageProfile: { osDisk: { createOption: "FromImage" } },
        networkProfile: { networkInterfaces: [{ id: nic }] },
      },
    };
    expect(await put({ ...good, localtion: "eastus" })).toContain("localtion");
    expect(await put({ location: "eastus" })).toContain("properties");
    expect(await put({ ...good, properties: { ...good.properties, priority: "Spotty" } })).toMatch(
      /properties\.priority.*Regular/,
    );
  });

  test("rules for names, users, keys, disks and NICs", async () => {
    const { compute } = clients;
    const nic = await makeNic(clients, "one", subnet);
    const body = vmBody("one", nic);
    const put = (change: object, name = "one") =>
      refusal(compute.virtualMachines.createOrUpdate(group, name, { ...body, ...change }, quick));
    expect(await put({}, "-one")).toMatchObject({ code: "InvalidResourceName" });
    expect(await put({ location: "atlantis" })).toMatchObject({
      code: "LocationNotAvailableForResourceType",
    });
    expect(await put({ osProfile: { ...body.osProfile, adminUsername: "root" } })).toMatchObject({
      code: "InvalidParameter",
      message: expect.stringContaining("Username") as string,
    });
    expect(await put({ osProfile: { ...body.osProfile, customData: "plain text" } })).toMatchObject({
      message: expect.stringContaining("Base64") as string,
    });
    expect(await put({ hardwareProfile: { vmSize: "Standard_Z1" } })).toMatchObject({
      code: "InvalidParameter",
    });
    expect(await put({ networkProfile: { networkInterfaces: [{ id: `${nic}x` }] } })).toMatchObject({
      status: 404,
      code: "InvalidResourceReference",
    });
    expect(await put({ evictionPolicy: "Delete" })).toMatchObject({ code: "OperationNotAllowed" });
    expect(await names()).not.toContain("one");
  });
});

describe("what depends on what", () => {
  test("nothing goes that something holds; deleteOption takes disk, NIC and address along", async () => {
    const { compute, network } = clients;
    const vm = await makeVm(clients, "one", subnet);
    expect(vm.provisioningState).toBe("Succeeded");
    expect(await refusal(network.networkInterfaces.delete(group, "one-nic", quick))).toMatchObject({
      status: 400,
      code: "NicInUse",
    });
    expect(await refusal(network.publicIPAddresses.delete(group, "one-ip", quick))).toMatchObject({
      status: 400,
      code: "PublicIPAddressCannotBeDeleted",
    });
    expect(await refusal(compute.disks.delete(group, "one-os", quick))).toMatchObject({
      status: 409,
      code: "OperationNotAllowed",
    });
    expect(await refusal(network.subnets.delete(group, "net", "machines", quick))).toMatchObject({
      status: 400,
      code: "InUseSubnetCannotBeDeleted",
    });
    expect(await refusal(network.virtualNetworks.delete(group, "net", quick))).toMatchObject({
      code: "InUseSubnetCannotBeDeleted",
    });
    await compute.virtualMachines.delete(group, "one", quick);
    expect(await names()).toEqual(["machines", "net", group]);
    await network.virtualNetworks.delete(group, "net", quick);
    expect(await names()).toEqual([group]);
  });

  test("without deleteOption disks stay, as Azure's default has it", async () => {
    const { compute } = clients;
    const nic = await makeNic(clients, "one", subnet);
    const { storageProfile, ...body } = vmBody("one", nic);
    const { deleteOption: _, ...osDisk } = storageProfile?.osDisk ?? { createOption: "FromImage" };
    await compute.virtualMachines.createOrUpdate(
      group,
      "one",
      {
        ...body,
        storageProfile: { ...storageProfile, osDisk },
        networkProfile: { networkInterfaces: [{ id: nic }] },
      },
      quick,
    );
    await compute.virtualMachines.delete(group, "one", quick);
    expect(await names()).toEqual(["machines", "net", "one-ip", "one-nic", "one-os", group]);
    expect((await compute.disks.get(group, "one-os")).diskState).toBe("Unattached");
  });

  test("a NIC or an address has one holder", async () => {
    const { compute, network } = clients;
    await makeVm(clients, "one", subnet);
    const nic = await network.networkInterfaces.get(group, "one-nic");
    expect(
      await refusal(compute.virtualMachines.createOrUpdate(group, "two", vmBody("two", nic.id ?? ""), quick)),
    ).toMatchObject({ status: 400, code: "NicInUse" });
    const { id } = await network.publicIPAddresses.get(group, "one-ip");
    const body = {
      location,
      ipConfigurations: [{ name: "main", subnet: { id: subnet }, publicIPAddress: { id: id ?? "" } }],
    };
    expect(
      await refusal(network.networkInterfaces.createOrUpdate(group, "two-nic", body, quick)),
    ).toMatchObject({ code: "PublicIPAddressInUse" });
  });

  test("a group takes everything along, and takes nothing new while it goes", async () => {
    const { network, resources } = clients;
    await makeVm(clients, "one", subnet);
    await arm.addFault({ method: "DELETE", path: "/resourceGroups/[^/]+$", effect: "stall" });
    const poller = resources.resourceGroups.delete(group, quick);
    await poller.submitted();
    expect(await refusal(makeNic(clients, "two", subnet))).toMatchObject({
      status: 409,
      code: "ResourceGroupBeingDeleted",
    });
    await arm.removeFault();
    await poller;
    expect(await names()).toEqual([]);
    expect(await refusal(network.virtualNetworks.get(group, "net"))).toMatchObject({
      status: 404,
      code: "ResourceGroupNotFound",
    });
  });

  test("parallel writes to subnets of one network are refused", async () => {
    const { network } = clients;
    const put = (name: string, range: string) =>
      network.subnets.createOrUpdate(group, "net", name, { addressPrefix: range }, quick);
    await arm.addFault({ method: "PUT", path: "/subnets/a$", effect: "stall" });
    const first = put("a", "10.0.1.0/24");
    await first.submitted();
    expect(await refusal(put("b", "10.0.2.0/24"))).toMatchObject({
      status: 409,
      code: "AnotherOperationInProgress",
    });
    await arm.removeFault();
    await first;
    await put("b", "10.0.2.0/24");
  });

  test("the network must be finished before a NIC may use it", async () => {
    const { network } = clients;
    await arm.addFault({ method: "PUT", path: "publicIPAddresses/one-ip$", effect: "stall" });
    const poller = network.publicIPAddresses.createOrUpdate(
      group,
      "one-ip",
      { location, sku: { name: "Standard" }, publicIPAllocationMethod: "Static" },
      quick,
    );
    await poller.submitted();
    const { id } = await network.publicIPAddresses.get(group, "one-ip");
    const body = {
      location,
      ipConfigurations: [{ name: "main", subnet: { id: subnet }, publicIPAddress: { id: id ?? "" } }],
    };
    expect(
      await refusal(network.networkInterfaces.createOrUpdate(group, "one-nic", body, quick)),
    ).toMatchObject({ status: 429, code: "RetryableError" });
    await arm.removeFault();
    await poller;
  });

  test("Basic and dynamic addresses are retired", async () => {
    const put = (body: object) =>
      refusal(clients.network.publicIPAddresses.createOrUpdate(group, "x", { location, ...body }, quick));
    expect(await put({ publicIPAllocationMethod: "Static" })).toMatchObject({ status: 400 });
    expect(await put({ sku: { name: "Standard" } })).toMatchObject({ status: 400 });
  });
});

describe("creation", () => {
  test("what fails inside the operation says so only in its message; the VM stays, and its NIC is reserved", async () => {
    const { compute, network } = clients;
    await arm.addFault({
      method: "PUT",
      path: "virtualMachines/one$",
      effect: "fail",
      code: "AllocationFailed",
      message: "Allocation failed.",
    });
    const failed = await refusal(makeVm(clients, "one", subnet));
    expect(failed).toEqual({
      status: undefined,
      code: undefined,
      message: "The long-running operation has failed. AllocationFailed. Allocation failed.",
    });
    const view = await compute.virtualMachines.instanceView(group, "one");
    expect(view.statuses?.[0]?.code).toBe("ProvisioningState/failed/AllocationFailed");
    expect(await arm.alive({ id: "one" })).toHaveLength(1);
    await compute.virtualMachines.delete(group, "one", quick);
    expect(await names()).toEqual(["machines", "net", "one-ip", "one-nic", group]);
    expect(await refusal(network.networkInterfaces.delete(group, "one-nic", quick))).toMatchObject({
      status: 400,
      code: "NicReservedForAnotherVm",
    });
    await arm.endReservations();
    await network.networkInterfaces.delete(group, "one-nic", quick);
    expect(await names()).toEqual(["machines", "net", "one-ip", group]);
  });

  test("OSProvisioningTimedOut: it comes up all the same, and is billed", async () => {
    const { compute } = clients;
    await arm.addFault({
      method: "PUT",
      path: "virtualMachines/one$",
      effect: "fail",
      code: "OSProvisioningTimedOut",
      comesUpAfterMs: 50,
    });
    expect((await refusal(makeVm(clients, "one", subnet))).message).toContain("OSProvisioningTimedOut");
    await expect
      .poll(async () => (await compute.virtualMachines.get(group, "one")).provisioningState)
      .toBe("Succeeded");
    const [vm] = (await arm.billing()).filter(({ type }) => type.endsWith("virtualMachines"));
    expect(vm).toMatchObject({ deletedAt: null, billed: [{ to: null }] });
  });

  test("the same PUT again adopts; another one, or one under If-None-Match, is refused", async () => {
    const { compute, network } = clients;
    const first = await makeVm(clients, "one", subnet);
    const nic = (await network.networkInterfaces.get(group, "one-nic")).id ?? "";
    const body = vmBody("one", nic);
    const put = (change: object, options: object = {}) =>
      compute.virtualMachines.createOrUpdate(group, "one", { ...body, ...change }, { ...quick, ...options });
    expect((await put({})).vmId).toBe(first.vmId);
    expect(await refusal(put({ zones: ["1"] }))).toMatchObject({
      status: 409,
      code: "PropertyChangeNotAllowed",
      message: expect.stringContaining("zones") as string,
    });
    const customData = Buffer.from("#cloud-config\n").toString("base64");
    expect(await refusal(put({ osProfile: { ...body.osProfile, customData } }))).toMatchObject({
      code: "PropertyChangeNotAllowed",
      message: expect.stringContaining("osProfile.customData") as string,
    });
    expect(await refusal(put({}, { ifNoneMatch: "*" }))).toMatchObject({ status: 412 });
    expect(await arm.mostAlive({ id: "one" })).toBe(1);
  });

  test("a deletion goes before a creation under way", async () => {
    const { compute } = clients;
    await arm.addFault({ method: "PUT", path: "virtualMachines/one$", effect: "stall" });
    const nic = await makeNic(clients, "one", subnet);
    const creation = compute.virtualMachines.createOrUpdate(group, "one", vmBody("one", nic), quick);
    await creation.submitted();
    const created = refusal(creation);
    await compute.virtualMachines.delete(group, "one", { ...quick, forceDeletion: true });
    await arm.removeFault();
    expect((await created).message).toMatch(/OperationPreempted|canceled/i);
    expect(await names()).toEqual(["machines", "net", group]);
  });

  test("sizes that are not sold, and quotas", async () => {
    await using small = await startArm({
      sizes: {
        Standard_D4s_v5: { vCpus: 4, memoryGiB: 16, family: "standardDSv5Family", locations: ["westus2"] },
      },
    });
    const there = armClients(small);
    expect(await refusal(makeVm(there, "one", await makeNetwork(there)))).toMatchObject({
      status: 409,
      code: "SkuNotAvailable",
    });
    const spot = { priority: "Spot" as const, evictionPolicy: "Delete" as const };
    await makeVm(clients, "one", subnet, spot);
    expect(await refusal(makeVm(clients, "two", subnet, spot))).toMatchObject({
      status: 409,
      code: "OperationNotAllowed",
      message: expect.stringContaining("lowPriorityCores Cores quota") as string,
    });
    await arm.setQuota("eastus", "cores", 4);
    await clients.compute.virtualMachines.deallocate(group, "one", quick);
    await makeVm(clients, "three", subnet);
    await clients.compute.virtualMachines.deallocate(group, "three", quick);
    // Deallocated ones count.
    expect(await refusal(makeVm(clients, "four", subnet))).toMatchObject({ code: "OperationNotAllowed" });
    const usage = new Map<string, string>();
    for await (const { name, currentValue, limit } of clients.compute.usage.list("eastus"))
      usage.set(name?.value ?? "", `${currentValue}/${limit}`);
    expect(usage.get("cores")).toBe("4/4");
    expect(usage.get("lowPriorityCores")).toBe("4/4");
  });
});

describe("running machines", () => {
  test("stopped is billed, deallocated is not", async () => {
    const { compute } = clients;
    await makeVm(clients, "one", subnet);
    const state = async () =>
      (await compute.virtualMachines.instanceView(group, "one")).statuses?.[1]?.code ?? null;
    const isBilled = async () =>
      (await arm.billing()).find(({ name }) => name === "one")?.billed.at(-1)?.to === null;
    expect(await state()).toBe("PowerState/running");
    await arm.shutDown("one");
    expect([await state(), await isBilled()]).toEqual(["PowerState/stopped", true]);
    await compute.virtualMachines.deallocate(group, "one", quick);
    expect([await state(), await isBilled()]).toEqual(["PowerState/deallocated", false]);
    await compute.virtualMachines.start(group, "one", quick);
    expect([await state(), await isBilled()]).toEqual(["PowerState/running", true]);
  });

  test("an evicted spot machine is deallocated or gone, as its policy says", async () => {
    await arm.setQuota("eastus", "lowPriorityCores", 100);
    await makeVm(clients, "kept", subnet, { priority: "Spot" });
    await makeVm(clients, "gone", subnet, { priority: "Spot", evictionPolicy: "Delete" });
    await clients.compute.virtualMachines.simulateEviction(group, "kept");
    await clients.compute.virtualMachines.simulateEviction(group, "gone");
    await expect
      .poll(async () => (await arm.alive()).map(({ name, powerState }) => [name, powerState]))
      .toEqual([["kept", "deallocated"]]);
  });

  test("run-command reads the host key that boots with the machine", async () => {
    await makeVm(clients, "one", subnet);
    const result = await clients.compute.virtualMachines.runCommand(
      group,
      "one",
      { commandId: "RunShellScript", script: ["cat /etc/ssh/ssh_host_ed25519_key.pub"] },
      quick,
    );
    expect(result.value?.[0]?.message).toMatch(/^Enable succeeded: \n\[stdout\]\nssh-ed25519 AAAA\S+\n/);
  });

  test("boot diagnostics show the host key, where they are enabled", async () => {
    const { compute } = clients;
    await makeVm(clients, "dark", subnet);
    expect(await refusal(compute.virtualMachines.retrieveBootDiagnosticsData(group, "dark"))).toMatchObject({
      code: "OperationNotAllowed",
    });
    await makeVm(clients, "one", subnet, { diagnosticsProfile: { bootDiagnostics: { enabled: true } } });
    const { serialConsoleLogBlobUri } = await compute.virtualMachines.retrieveBootDiagnosticsData(
      group,
      "one",
    );
    const log = await send("GET", serialConsoleLogBlobUri ?? "", arm.caPem);
    expect(log).toMatch(/-----BEGIN SSH HOST KEY KEYS-----\r\nssh-ed25519 AAAA\S+ root@one\r\n/);
  });

  test("a flexible scale set takes members at creation, of its own zones only", async () => {
    const { compute } = clients;
    const make = (name: string, change: object) =>
      compute.virtualMachineScaleSets.createOrUpdate(
        group,
        name,
        { location, orchestrationMode: "Flexible", platformFaultDomainCount: 1, ...change },
        quick,
      );
    const set = await make("set", { singlePlacementGroup: false });
    const single = await make("single", {});
    await makeVm(clients, "one", subnet, { virtualMachineScaleSet: { id: set.id ?? "" } });
    expect(
      await refusal(makeVm(clients, "two", subnet, { virtualMachineScaleSet: { id: single.id ?? "" } })),
    ).toMatchObject({ message: expect.stringContaining("singlePlacementGroup") as string });
    expect(
      await refusal(
        makeVm(clients, "three", subnet, { zones: ["1"], virtualMachineScaleSet: { id: set.id ?? "" } }),
      ),
    ).toMatchObject({ message: expect.stringContaining("zones") as string });
    expect(await refusal(compute.virtualMachineScaleSets.delete(group, "set", quick))).toMatchObject({
      status: 409,
    });
    await compute.virtualMachines.delete(group, "one", quick);
    await compute.virtualMachineScaleSets.delete(group, "set", quick);
    expect(await names()).not.toContain("set");
  });
});

describe("lists", () => {
  const putAddress = (there: ArmClients, index: number) =>
    there.network.publicIPAddresses.createOrUpdate(
      group,
      `ip-${index}`,
      {
        location,
        sku: { name: "Standard" },
        publicIPAllocationMethod: "Static",
        tags: { id: `job-${index}` },
      },
      quick,
    );
  const list = async (there: ArmClients, filter?: string) => {
    const found: string[] = [];
    for await (const { name } of there.resources.resources.list(filter === undefined ? {} : { filter }))
      found.push(name ?? "");
    return found;
  };

  test("come in pages, by tag exactly", async () => {
    await Promise.all(Array.from({ length: 101 }, (_, index) => putAddress(clients, index)));
    expect(new Set(await list(clients)).size).toBe(102); // and the network
    expect(await list(clients, "tagName eq 'id' and tagValue eq 'job-1'")).toEqual(["ip-1"]);
    expect(await refusal(list(clients, "tags like 1"))).toMatchObject({ code: "InvalidFilterInQueryString" });
  });

  test("omit what was just made, for a while", async () => {
    await using slow = await startArm({ listLagMs: 60_000 });
    const there = armClients(slow);
    await there.resources.resourceGroups.createOrUpdate(group, { location });
    await putAddress(there, 1);
    expect(await list(there)).toEqual([]);
    expect((await there.network.publicIPAddresses.get(group, "ip-1")).ipAddress).toMatch(/^127\./);
    await using fast = await startArm({ listLagMs: 100 });
    const here = armClients(fast);
    await here.resources.resourceGroups.createOrUpdate(group, { location });
    await putAddress(here, 1);
    await expect.poll(async () => await list(here)).toEqual(["ip-1"]);
  });
});

describe("faults", () => {
  test("errors, cut connections and slow answers strike where they are told to", async () => {
    const { resources } = clients;
    const get = () => resources.resourceGroups.get(group);
    await arm.addFault({
      method: "GET",
      path: `/resourceGroups/${group}$`,
      nth: 2,
      effect: "error",
      status: 500,
    });
    await get();
    expect(await refusal(get())).toMatchObject({ status: 500 });
    await get();
    await arm.addFault({ method: "PUT", path: "/resourceGroups/other$", effect: "cut", when: "after" });
    const put = () => resources.resourceGroups.createOrUpdate("other", { location });
    expect((await refusal(put())).status).toBeUndefined();
    expect(await names()).toContain("other");
    await arm.addFault({
      method: "DELETE",
      path: "/resourceGroups/other$",
      times: 2,
      effect: "error",
      status: 403,
    });
    const remove = () => resources.resourceGroups.delete("other", quick);
    expect(await refusal(remove())).toMatchObject({ status: 403 });
    expect(await refusal(remove())).toMatchObject({ status: 403 });
    await remove();
    expect(await names()).not.toContain("other");
    expect(await arm.removeFault()).toBe(4);
    const cut = (await arm.calls()).filter(({ status }) => status === null);
    expect(cut.map(({ method }) => method)).toEqual(["PUT"]);
  });

  test("a hook sees every call twice and may cut it", async () => {
    const seen: string[] = [];
    arm.onCall(async ({ method }, when) => {
      seen.push(`${when} ${method}`);
      return when === "after" ? "cut" : "go on";
    });
    expect((await refusal(clients.resources.resourceGroups.get(group))).status).toBeUndefined();
    expect(seen).toEqual(["before GET", "after GET"]);
  });
});

describe("limits", () => {
  test("an empty bucket answers 429 with Retry-After, and whoever does not wait is recorded", async () => {
    await using strict = await startArm({
      throttling: { reads: { capacity: 3, perSecond: 0.01 }, graceMs: -1 },
    });
    const { resources } = armClients(strict);
    const get = () => resources.resourceGroups.checkExistence(group);
    await get();
    await get();
    await get();
    const refused = await get().then(
      () => null,
      (error: { statusCode: number; response: { headers: { get(name: string): string | undefined } } }) =>
        error,
    );
    expect(refused?.statusCode).toBe(429);
    const headers = refused?.response.headers;
    expect(Number(headers?.get("retry-after"))).toBeGreaterThan(80);
    expect(headers?.get("x-ms-ratelimit-remaining-subscription-reads")).toBe("0");
    expect(await strict.violations()).toEqual([]);
    await get().catch(() => {});
    expect(await strict.violations()).toHaveLength(1);
  });
});

function send(method: string, url: string, ca: string, token = "", body?: object): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    const sent = request(url, { method, ca, headers }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (part: string) => (text += part));
      response.once("end", () => resolve(text));
    });
    sent.once("error", reject);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}
