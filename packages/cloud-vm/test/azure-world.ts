import { ClientSecretCredential } from "@azure/identity";
import {
  azureProvider,
  type AzureEvent,
  type AzureProvider,
  type AzureProviderOptions,
} from "@universe-optimize/cloud-vm/azure";
import { generateSshKeyPair } from "@universe-optimize/cloud-vm/keys";
import { startArm, trustAuthority, type ArmOptions, type TestArm } from "@universe-optimize/test-servers/arm";
import type { MachineRequest } from "@universe-optimize/cloud-vm";
import { lightBacking } from "./light-backing.ts";

export const GROUP = "universe-test";

/** An emulated Azure whose machines show their host key, and providers that talk to it. */
export interface AzureWorld extends AsyncDisposable {
  readonly arm: TestArm;
  readonly events: AzureEvent[];
  /** A provider that remembers nothing of the others; they share a principal, and so a pace. */
  provider(options?: Partial<AzureProviderOptions>): AzureProvider;
  request(name: string, tags?: MachineRequest["tags"]): MachineRequest;
  /** Names of what there is beyond the group, its networks and their security groups. */
  leftovers(): Promise<string[]>;
}

export async function azureWorld(options: ArmOptions = {}): Promise<AzureWorld> {
  const arm = await startArm({ backing: lightBacking(), nicReservationMs: 400, ...options });
  const trust = trustAuthority(arm.caPem);
  const events: AzureEvent[] = [];
  const credential = new ClientSecretCredential(arm.tenantId, arm.clientId, arm.clientSecret, {
    authorityHost: arm.url,
    disableInstanceDiscovery: true,
  });
  const key = generateSshKeyPair("azure tests");
  return {
    arm,
    events,
    provider: (more = {}) =>
      azureProvider({
        subscriptionId: arm.subscriptionId,
        resourceGroup: GROUP,
        resourceManagerUrl: arm.url,
        credential,
        orchestratorIp: "198.51.100.7",
        sshPort: arm.sshPort,
        pollIntervalMs: 20,
        sshTimeoutMs: 20_000,
        pricesUrl: "http://127.0.0.1:9", // nobody answers there
        onEvent: (event) => events.push(event),
        ...more,
      }),
    request: (name, tags = { job: "job-1" }) => ({ name, tags, authorizedKey: key.publicKey }),
    leftovers: async () =>
      (await arm.inventory())
        .filter(
          ({ type }) =>
            !/virtualNetworks|networkSecurityGroups|resourceGroups|virtualMachineScaleSets/i.test(type),
        )
        .map(({ type, name }) => `${type.split("/")[1]} ${name}`)
        .toSorted(),
    async [Symbol.asyncDispose]() {
      trust[Symbol.dispose]();
      await arm.stop();
    },
  };
}
