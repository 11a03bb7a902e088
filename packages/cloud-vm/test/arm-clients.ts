import { ComputeManagementClient, type VirtualMachine } from "@azure/arm-compute";
import { NetworkManagementClient } from "@azure/arm-network";
import { ResourceManagementClient } from "@azure/arm-resources";
import { ClientSecretCredential } from "@azure/identity";
import type { ArmAccess } from "@universe-optimize/test-servers/arm";

/** The SDK's own clients, as they come, for an emulator. */
export interface ArmClients {
  readonly compute: ComputeManagementClient;
  readonly network: NetworkManagementClient;
  readonly resources: ResourceManagementClient;
}

/** How often operations are looked at. */
export const quick = { updateIntervalInMs: 10 };

/** A credential that asks the emulator's own authority. */
export function armCredential(access: ArmAccess): ClientSecretCredential {
  return new ClientSecretCredential(access.tenantId, access.clientId, access.clientSecret, {
    authorityHost: access.url,
    disableInstanceDiscovery: true,
    tlsOptions: { ca: access.caPem },
    retryOptions: { maxRetries: 0 },
  });
}

export function armClients(arm: ArmAccess, change: Partial<ArmAccess> = {}): ArmClients {
  const access = { ...arm, ...change };
  const credential = armCredential(access);
  const options = {
    endpoint: access.url,
    credentials: { scopes: [`${access.url}/.default`] },
    tlsOptions: { ca: access.caPem },
    retryOptions: { maxRetries: 0 },
  };
  return {
    compute: new ComputeManagementClient(credential, access.subscriptionId, options),
    network: new NetworkManagementClient(credential, access.subscriptionId, options),
    resources: new ResourceManagementClient(credential, access.subscriptionId, options),
  };
}

export const group = "universe";
export const location = "eastus";

/** A group with a network; resolves with the subnet's id. */
export async function makeNetwork({ network, resources }: ArmClients): Promise<string> {
  await resources.resourceGroups.createOrUpdate(group, { location });
  const made = await network.virtualNetworks.createOrUpdate(
    group,
    "net",
    {
      location,
      addressSpace: { addressPrefixes: ["10.0.0.0/16"] },
      subnets: [{ name: "machines", addressPrefix: "10.0.0.0/24" }],
    },
    quick,
  );
  return made.subnets?.[0]?.id ?? "";
}

/** An address and a NIC that holds it; resolves with the NIC's id. */
export async function makeNic({ network }: ArmClients, name: string, subnet: string): Promise<string> {
  const address = await network.publicIPAddresses.createOrUpdate(
    group,
    `${name}-ip`,
    { location, sku: { name: "Standard" }, publicIPAllocationMethod: "Static", tags: { id: name } },
    quick,
  );
  const nic = await network.networkInterfaces.createOrUpdate(
    group,
    `${name}-nic`,
    {
      location,
      tags: { id: name },
      ipConfigurations: [
        {
          name: "main",
          subnet: { id: subnet },
          publicIPAddress: { ...address, id: address.id ?? "", deleteOption: "Delete" },
        },
      ],
    },
    quick,
  );
  return nic.id ?? "";
}

// A key whose private half nobody has.
export const authorizedKey = `ssh-ed25519 ${Buffer.from("\0\0\0\x0bssh-ed25519\0\0\0 ".padEnd(51, "k"), "latin1").toString("base64")}`;

export function vmBody(name: string, nic: string, change: Partial<VirtualMachine> = {}): VirtualMachine {
  const user = "azureuser";
  return {
    location,
    tags: { id: name },
    hardwareProfile: { vmSize: "Standard_D4s_v5" },
    storageProfile: {
      imageReference: {
        publisher: "Canonical",
        offer: "ubuntu-24_04-lts",
        sku: "server",
        version: "latest",
      },
      osDisk: { name: `${name}-os`, createOption: "FromImage", deleteOption: "Delete", diskSizeGB: 128 },
    },
    osProfile: {
      computerName: name,
      adminUsername: user,
      linuxConfiguration: {
        disablePasswordAuthentication: true,
        ssh: { publicKeys: [{ path: `/home/${user}/.ssh/authorized_keys`, keyData: authorizedKey }] },
      },
    },
    networkProfile: { networkInterfaces: [{ id: nic, primary: true, deleteOption: "Delete" }] },
    ...change,
  };
}

/** Everything that a machine needs, and the machine. */
export async function makeVm(
  clients: ArmClients,
  name: string,
  subnet: string,
  change: Partial<VirtualMachine> = {},
): Promise<VirtualMachine> {
  const nic = await makeNic(clients, name, subnet);
  return await clients.compute.virtualMachines.createOrUpdate(group, name, vmBody(name, nic, change), quick);
}

/** What a call of the SDK was refused with. */
export async function refusal(call: PromiseLike<unknown>): Promise<{
  readonly status: number | undefined;
  readonly code: string | undefined;
  readonly message: string;
}> {
  try {
    await call;
  } catch (error) {
    const { statusCode, code, message } = error as { statusCode?: number; code?: string; message: string };
    return { status: statusCode, code, message };
  }
  throw new Error("The call succeeded.");
}
