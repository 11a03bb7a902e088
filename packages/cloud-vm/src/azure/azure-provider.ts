import { checkName, checkRequest, checkTags } from "../check-request.ts";
import type { Machine, MachinePlacement, MachineRequest, MachineTags } from "../machine.ts";
import type {
  DiagnoseOptions,
  MachinePrice,
  MachineProvider,
  NetworkRemoval,
  ProviderCheck,
} from "../provider.ts";
import type { OwnedResource } from "../sweep/owned-resource.ts";
import { hasTags } from "../tags.ts";
import { asMachineError, isNotFound } from "./arm-errors.ts";
import { checkAzureTags, ownTags, requestTags } from "./azure-tags.ts";
import { abortOption, tell, type Azure } from "./azure.ts";
import { CapacityBlocks } from "./capacity-blocks.ts";
import { createMachine } from "./create.ts";
import { destroyMachine } from "./destroy.ts";
import { destroyNetwork } from "./destroy-network.ts";
import { addressOf, lookAtVm } from "./look.ts";
import type { AzureProviderOptions } from "./options.ts";
import { ownedResources } from "./owned.ts";
import { placements } from "./placements.ts";
import { AzurePrices } from "./prices.ts";
import { QuotaCheck } from "./quota.ts";
import { readSettings } from "./settings.ts";
import { SharedNetwork } from "./shared-network.ts";
import { toMachine } from "./vm-facts.ts";

/** The provider, with everything that the port leaves optional. */
export type AzureProvider = Required<MachineProvider>;

/**
 * Virtual machines of Azure: one VM, interface, public address and disk each, named after the machine, so that whatever a lost
 * reply or a killed process leaves behind is found again.
 *
 * Throws `MachineError`s with Azure's own code in `providerCode`: `invalid_request` (also at once, for the options), `name_taken`,
 * `capacity`, `quota`, `size_unavailable` (these three with `retryAt`), `unauthenticated`, `forbidden`, `subscription`, `throttled`,
 * `conflict`, `unreachable`, `host_key_mismatch`, `create_failed`, `destroy_failed`.
 */
export function azureProvider(options: AzureProviderOptions): AzureProvider {
  const settings = readSettings(options);
  const prices = new AzurePrices(settings);
  let opened: Promise<Azure> | null = null;
  const open = async (): Promise<Azure> => {
    // The SDK takes a second to load: whoever only asks for prices, or for nothing, does without.
    const { azureClients } = await import("./clients.ts");
    const clients = azureClients(options, settings);
    return {
      settings,
      clients,
      blocks: new CapacityBlocks(settings.memory, settings.subscriptionId),
      shared: new SharedNetwork({ settings, clients }),
      quota: new QuotaCheck(clients),
    };
  };
  const azure = (): Promise<Azure> => (opened ??= open());
  const creations = new Map<string, Promise<unknown>>();

  return {
    kind: "azure",
    isolation:
      "A virtual machine of its own for each run, without any Azure identity; it lets in SSH with the campaign's key from the orchestrator's address alone.",

    async create(request: MachineRequest, signal?: AbortSignal): Promise<Machine> {
      checkRequest(request);
      checkAzureTags(request.tags);
      signal?.throwIfAborted();
      // In this process creations of one name wait for one another; between processes Azure refuses the second.
      const before = creations.get(request.name);
      const own = (async () => {
        await before?.catch(() => undefined);
        return await createMachine(await azure(), request, signal);
      })();
      creations.set(request.name, own);
      try {
        return await translated(
          signal,
          `Machine ${request.name} could not be created`,
          "create_failed",
          request.name,
          () => own,
        );
      } finally {
        if (creations.get(request.name) === own) creations.delete(request.name);
      }
    },

    async get(name: string, signal?: AbortSignal): Promise<Machine | null> {
      checkName(name);
      signal?.throwIfAborted();
      return await translated(
        signal,
        `Whether machine ${name} exists is unknown`,
        "unreachable",
        name,
        async () => {
          const cloud = await azure();
          const [vm, address] = await Promise.all([
            lookAtVm(cloud, name, signal),
            addressOf(cloud, name, signal),
          ]);
          if (vm === null) return null;
          const machine = toMachine(vm, address, settings);
          // Who asks wants to log in; the orchestrator may have moved since the machine was made.
          if (machine.state === "running" && settings.orchestratorIp === "auto")
            await cloud.shared
              .letOrchestratorIn(machine.placement?.region ?? settings.location, signal)
              .catch((error: unknown) =>
                tell(cloud, "warning", name, `the orchestrator's address: ${String(error)}`),
              );
          return machine;
        },
      );
    },

    async list(tags: MachineTags, signal?: AbortSignal): Promise<Machine[]> {
      checkTags(tags);
      signal?.throwIfAborted();
      return await translated(signal, "The machines cannot be listed", "unreachable", undefined, async () => {
        const cloud = await azure();
        const { clients } = cloud;
        const group = settings.resourceGroup;
        const names: string[] = [];
        try {
          for await (const vm of clients.compute.virtualMachines.list(group, abortOption(signal))) {
            const own = ownTags(vm.tags);
            if (own.machine !== null && own.machine === vm.name && hasTags(requestTags(vm.tags), tags))
              names.push(own.machine);
          }
        } catch (error) {
          if (!isNotFound(error)) throw error;
        }
        // Lists show neither power nor address.
        const machines = await Promise.all(
          names.map(async (name) => {
            const vm = await lookAtVm(cloud, name, signal);
            return vm === null ? [] : [toMachine(vm, await addressOf(cloud, name, signal), settings)];
          }),
        );
        return machines.flat().toSorted((one, other) => (one.name < other.name ? -1 : 1));
      });
    },

    async destroy(name: string, signal?: AbortSignal): Promise<void> {
      checkName(name);
      signal?.throwIfAborted();
      await translated(
        signal,
        `Machine ${name} is not gone yet`,
        "destroy_failed",
        name,
        async () => await destroyMachine(await azure(), name, signal),
      );
    },

    async price(placement?: MachinePlacement): Promise<MachinePrice> {
      const [first] = placements(settings);
      const wanted = placement ?? first;
      if (wanted === undefined) throw new TypeError("no placement is configured");
      return await prices.of(wanted);
    },

    async owned(tags: MachineTags, signal?: AbortSignal): Promise<OwnedResource[]> {
      checkTags(tags);
      signal?.throwIfAborted();
      return await translated(
        signal,
        "What there is cannot be listed",
        "unreachable",
        undefined,
        async () => await ownedResources(await azure(), tags, signal),
      );
    },

    async diagnose(wish: DiagnoseOptions, signal?: AbortSignal): Promise<ProviderCheck[]> {
      const { diagnoseAzure } = await import("./diagnose.ts");
      return await diagnoseAzure(await azure(), wish, signal);
    },

    async destroyNetwork(signal?: AbortSignal): Promise<NetworkRemoval> {
      return await translated(
        signal,
        "The shared network is not gone",
        "destroy_failed",
        undefined,
        async () => await destroyNetwork(await azure(), signal),
      );
    },
  };
}

/** Errors of the SDK as `MachineError`s; an aborted call rejects with the signal's own reason. */
async function translated<T>(
  signal: AbortSignal | undefined,
  act: string,
  fallback: "create_failed" | "destroy_failed" | "unreachable",
  machine: string | undefined,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (signal?.aborted === true) throw signal.reason;
    throw asMachineError(error, act, fallback, machine);
  }
}
