import { checkName, checkRequest, checkTags } from "../check-request.ts";
import { MachineError } from "../errors.ts";
import type { Machine, MachineRequest, MachineState, MachineTags } from "../machine.ts";
import type { MachinePrice, MachineProvider } from "../provider.ts";
import { hasTags } from "../tags.ts";
import { askHosts, type Answer } from "./ask-hosts.ts";
import { checkPrivateKey } from "./host-connection.ts";
import { checkInventory, type HostEntry } from "./inventory.ts";
import { takeHost } from "./take-host.ts";

export interface HostsProviderOptions {
  readonly inventory: readonly HostEntry[];
  /** Lets the orchestrator in on every host; OpenSSH or PEM, without a passphrase. */
  readonly privateKey: string | Buffer;
  /** Says in the leases whose machines these are, for people who wait for a host. */
  readonly owner?: string;
}

/**
 * Existing SSH machines (Linux), leased to one machine at a time and cleaned after it.
 *
 * The lease lies on the host, so it holds between orchestrators and when a database is lost. `get` answers when
 * the host that has the machine answers; everything else needs all hosts, because what a silent host holds is unknown.
 *
 * Throws `MachineError`s: `invalid_request` (also at once, for the inventory), `name_taken`, `capacity`,
 * `unreachable`, `host_key_mismatch`, `create_failed`, `destroy_failed`.
 */
export function hostsProvider(options: HostsProviderOptions): MachineProvider {
  const inventory = [...options.inventory];
  checkInventory(inventory);
  checkPrivateKey(options.privateKey);
  const owner = options.owner ?? "";
  checkTags({ owner });

  return {
    kind: "hosts",
    isolation:
      "One machine per host at a time, as the host's login user: what a run changes outside its HOME folder stays on the host for later runs.",

    async create(request: MachineRequest, signal?: AbortSignal): Promise<Machine> {
      checkRequest(request);
      await using hosts = await askHosts(inventory, options.privateKey, request.name, signal);
      hosts.requireAll(`machine ${request.name} may be on one of them already`);
      const answer = await takeHost(hosts, request, owner, signal);
      const machine = machineOf(answer);
      if (machine === null) throw new TypeError("a host without a lease was taken");
      return machine;
    },

    async get(name: string, signal?: AbortSignal): Promise<Machine | null> {
      checkName(name);
      await using hosts = await askHosts(inventory, options.privateKey, name, signal);
      const found = best(hosts.answers, name);
      if (found !== null) return found;
      hosts.requireAll(`whether machine ${name} exists is unknown`);
      return null;
    },

    async list(tags: MachineTags, signal?: AbortSignal): Promise<Machine[]> {
      checkTags(tags);
      await using hosts = await askHosts(inventory, options.privateKey, "", signal);
      hosts.requireAll("the list would be incomplete");
      const names = new Set(hosts.answers.flatMap(({ sighting }) => sighting.lease?.name ?? []));
      return [...names]
        .toSorted()
        .flatMap((name) => best(hosts.answers, name) ?? [])
        .filter((machine) => hasTags(machine.tags, tags));
    },

    async destroy(name: string, signal?: AbortSignal): Promise<void> {
      checkName(name);
      await using hosts = await askHosts(inventory, options.privateKey, name, signal);
      const holders = hosts.answers.filter(
        ({ sighting }) => sighting.lease?.name === name || sighting.hasFolder,
      );
      await Promise.all(holders.map((answer) => clean(answer, name)));
      if (!holders.some(({ sighting }) => sighting.lease?.name === name)) {
        hosts.requireAll(`whether machine ${name} is gone is unknown`);
      }
    },

    price: async (): Promise<MachinePrice> => ({
      usdPerHour: 0,
      source: "Hosts of your own inventory; nothing is rented.",
    }),
  };
}

/** Marks the lease as `deleting`, cleans the host, gives the lease back: the last act, so that a kill shows. */
async function clean({ host, sighting }: Answer, name: string): Promise<void> {
  const { lease } = sighting;
  if (lease?.name !== name) {
    await host.wipe(name, null); // a folder whose lease was lost
    return;
  }
  const after = await host.remove(sighting.leaseText, lease);
  if (after.lease?.id === lease.id) {
    throw new MachineError(
      "destroy_failed",
      `Host ${host.entry.name} keeps the lease of machine ${name}: it changed meanwhile. Destroy it again.`,
      {
        machine: name,
        provider: "hosts",
        retryable: true,
      },
    );
  }
}

/** The machine of that name; should two hosts hold it while a creation decides, the one that will stay. */
function best(answers: readonly Answer[], name: string): Machine | null {
  const machines = answers.flatMap((answer) =>
    answer.sighting.lease?.name === name ? (machineOf(answer) ?? []) : [],
  );
  return machines.find(({ state }) => state !== "creating") ?? machines[0] ?? null;
}

function machineOf({ host: { entry }, sighting }: Answer): Machine | null {
  const { lease } = sighting;
  if (lease === null) return null;
  const states: Record<typeof lease.state, MachineState> = {
    claiming: "creating",
    held: "running",
    deleting: "deleting",
  };
  const state = states[lease.state];
  return {
    name: lease.name,
    id: entry.name,
    provider: "hosts",
    state,
    createdAt: lease.createdAt,
    tags: lease.tags,
    ssh:
      state === "running"
        ? {
            host: entry.host,
            port: entry.port ?? 22,
            username: entry.username,
            hostKeys: entry.hostKeys,
            home: `${sighting.directory}/${lease.name}/home`,
          }
        : null,
  };
}
