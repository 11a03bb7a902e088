import type { NetworkSecurityGroup } from "@azure/arm-network";
import { isNotFound, kindOf, readArmFailure } from "./arm-errors.ts";
import { finish, growingPauses, pause, pollOptions, tell, type Azure } from "./azure.ts";
import { letsInExactly, networkBody, scaleSetBody, securityGroupBody } from "./bodies.ts";
import { sharedNames } from "./names.ts";
import { askAddress, privateAddress } from "./orchestrator-address.ts";

/** Ids of what the machines of a region share. */
export interface RegionNetwork {
  readonly subnet: string;
  readonly securityGroup: string;
  /** null: none is wanted. */
  readonly scaleSet: string | null;
}

const ADDRESS_MAX_AGE_MS = 5 * 60_000;
const TRIES = 8;

/** Tags of what is not of one machine; `destroyNetwork` removes nothing without them. */
function sharedTags(azure: Pick<Azure, "settings">, what: "group" | "network"): Record<string, string> {
  const { owner } = azure.settings;
  return {
    project: "universe-optimize",
    "uo-shared": what,
    ...(owner === "" ? {} : { "uo-owner": owner }),
  };
}

/**
 * The resource group, and in each region a network, a security group and perhaps a scale set. Each is looked up before it is
 * made, so that whoever may not make one can use what exists.
 */
export class SharedNetwork {
  readonly #azure: Pick<Azure, "settings" | "clients">;
  #group: Promise<void> | null = null;
  readonly #regions = new Map<string, Promise<RegionNetwork>>();
  readonly #letIn = new Map<string, string>();
  #address: { readonly value: Promise<string>; readonly at: number } | null = null;

  constructor(azure: Pick<Azure, "settings" | "clients">) {
    this.#azure = azure;
  }

  /** Forgets what was found: somebody has removed it. */
  forget(): void {
    this.#group = null;
    this.#regions.clear();
    this.#letIn.clear();
  }

  async group(signal?: AbortSignal): Promise<void> {
    this.#group ??= this.#ensureGroup();
    const asked = this.#group;
    try {
      await unlessAborted(asked, signal);
    } catch (error) {
      if (this.#group === asked && signal?.aborted !== true) this.#group = null;
      throw error;
    }
  }

  async region(region: string, signal?: AbortSignal): Promise<RegionNetwork> {
    await this.group(signal);
    let asked = this.#regions.get(region);
    if (asked === undefined) this.#regions.set(region, (asked = this.#ensureRegion(region)));
    try {
      const found = await unlessAborted(asked, signal);
      await this.letOrchestratorIn(region, signal);
      return found;
    } catch (error) {
      if (this.#regions.get(region) === asked && signal?.aborted !== true) this.#regions.delete(region);
      throw error;
    }
  }

  /** Writes the security group's rule anew when the orchestrator's address has changed. Asks for it every 5 minutes at most. */
  async letOrchestratorIn(region: string, signal?: AbortSignal): Promise<void> {
    const from = await this.address(signal);
    if (this.#letIn.get(region) === from) return;
    await this.#ensureSecurityGroup(region, from);
    this.#letIn.set(region, from);
  }

  /** Who may reach the machines: an address or a range. */
  async address(signal?: AbortSignal): Promise<string> {
    const { orchestratorIp, network, addressServices } = this.#azure.settings;
    if (orchestratorIp !== "auto") return orchestratorIp;
    if (network === "private") return privateAddress();
    if (this.#address === null || Date.now() - this.#address.at > ADDRESS_MAX_AGE_MS) {
      const value = askAddress(addressServices);
      this.#address = { value, at: Date.now() };
      value.catch(() => {
        if (this.#address?.value === value) this.#address = null;
      });
    }
    return await unlessAborted(this.#address.value, signal);
  }

  async #ensureGroup(): Promise<void> {
    const { clients, settings } = this.#azure;
    const { resourceGroups } = clients.resources;
    await this.#patiently(async () => {
      try {
        const group = await resourceGroups.get(settings.resourceGroup);
        if (group.properties?.provisioningState !== "Deleting") return;
        throw Object.assign(new Error(`resource group ${settings.resourceGroup} is being deleted`), {
          name: "RestError",
          code: "ResourceGroupBeingDeleted",
          statusCode: 409,
        });
      } catch (error) {
        if (!isNotFound(error)) throw error;
      }
      await resourceGroups.createOrUpdate(settings.resourceGroup, {
        location: settings.location,
        tags: sharedTags(this.#azure, "group"),
      });
      tell(this.#azure, "network_changed", null, `resource group ${settings.resourceGroup} is made`);
    });
  }

  async #ensureRegion(region: string): Promise<RegionNetwork> {
    const from = await this.address();
    const [subnet, securityGroup, scaleSet] = await Promise.all([
      this.#ensureSubnet(region),
      this.#ensureSecurityGroup(region, from),
      this.#ensureScaleSet(region),
    ]);
    this.#letIn.set(region, from);
    return { subnet, securityGroup, scaleSet };
  }

  async #ensureSubnet(region: string): Promise<string> {
    const { settings, clients } = this.#azure;
    if (settings.subnetId !== null) return settings.subnetId;
    const names = sharedNames(region);
    const { virtualNetworks } = clients.network;
    return await this.#patiently(async () => {
      const found = await orNull(virtualNetworks.get(settings.resourceGroup, names.network));
      const network =
        found ??
        (await finish(
          virtualNetworks.createOrUpdate(
            settings.resourceGroup,
            names.network,
            networkBody(region, sharedTags(this.#azure, "network")),
            pollOptions(this.#azure, undefined),
          ),
          undefined,
        ));
      if (found === null)
        tell(this.#azure, "network_changed", null, `network ${names.network} in ${region} is made`);
      return `${network.id}/subnets/${names.subnet}`;
    });
  }

  async #ensureSecurityGroup(region: string, from: string): Promise<string> {
    const { settings, clients } = this.#azure;
    const { securityGroup: name } = sharedNames(region);
    const { networkSecurityGroups } = clients.network;
    return await this.#patiently(async () => {
      const wanted = securityGroupBody(region, sharedTags(this.#azure, "network"), from, settings.sshPort);
      const found: NetworkSecurityGroup | null = await orNull(
        networkSecurityGroups.get(settings.resourceGroup, name),
      );
      if (found?.id !== undefined && letsInExactly(found, wanted)) return found.id;
      const made = await finish(
        networkSecurityGroups.createOrUpdate(
          settings.resourceGroup,
          name,
          wanted,
          pollOptions(this.#azure, undefined),
        ),
        undefined,
      );
      tell(this.#azure, "network_changed", null, `machines in ${region} let in SSH from ${from} alone`);
      return made.id ?? "";
    });
  }

  async #ensureScaleSet(region: string): Promise<string | null> {
    const { settings, clients } = this.#azure;
    if (settings.scaleSet === null) return null;
    const name = `${settings.scaleSet.name}-${region}`;
    const { virtualMachineScaleSets } = clients.compute;
    return await this.#patiently(async () => {
      const found = await orNull(virtualMachineScaleSets.get(settings.resourceGroup, name));
      if (found?.id !== undefined) return found.id;
      const made = await finish(
        virtualMachineScaleSets.createOrUpdate(
          settings.resourceGroup,
          name,
          scaleSetBody(settings, region, sharedTags(this.#azure, "network")),
          pollOptions(this.#azure, undefined),
        ),
        undefined,
      );
      tell(this.#azure, "network_changed", null, `scale set ${name} is made`);
      return made.id ?? "";
    });
  }

  /** Tries again what somebody else's operation is in the way of. */
  async #patiently<T>(act: () => Promise<T>): Promise<T> {
    return await patiently(this.#azure, act);
  }
}

/** Tries again, some 8 times with growing pauses, what somebody else's operation is in the way of. */
export async function patiently<T>(
  azure: Pick<Azure, "settings">,
  act: () => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const nextPause = growingPauses(azure.settings.pollIntervalMs);
  for (let attempt = 1; ; attempt++) {
    try {
      return await act();
    } catch (error) {
      const failure = readArmFailure(error);
      const kind = failure === null ? null : kindOf(failure);
      if ((kind !== "conflict" && kind !== "throttled") || attempt >= TRIES) throw error;
      const ms = nextPause();
      tell(
        azure,
        "waiting",
        null,
        `${failure?.code ?? ""}: ${failure?.message ?? ""}; again in ${ms / 1000} s`,
      );
      await pause(ms, signal);
    }
  }
}

async function orNull<T>(asked: Promise<T>): Promise<T | null> {
  try {
    return await asked;
  } catch (error) {
    if (isNotFound(error)) return null;
    throw error;
  }
}

/** What several wait for goes on when one of them gives up. */
async function unlessAborted<T>(shared: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return await shared;
  shared.catch(() => undefined); // whoever gives up leaves nobody else to hear of a failure
  signal.throwIfAborted();
  return await new Promise<T>((resolve, reject) => {
    const stop = (): void => reject(signal.reason as Error);
    signal.addEventListener("abort", stop, { once: true });
    void shared.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
  });
}
