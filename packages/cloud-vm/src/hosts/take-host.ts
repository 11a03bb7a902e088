import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { readAuthorizedKey } from "../check-request.ts";
import { MachineError } from "../errors.ts";
import type { MachineRequest } from "../machine.ts";
import { sameTags } from "../tags.ts";
import type { Answer, AskedHosts } from "./ask-hosts.ts";
import type { Lease } from "./lease.ts";

/*
 * A machine must be on one host only, though several orchestrators may create it at once and each host knows only
 * itself. So a host is taken in two steps: a `claiming` lease; then a look at all other hosts; then `held`.
 *   - another host has the name as `held` or `deleting`: the claim is given back
 *   - another host has it as `claiming`: the one whose name sorts first stays, the other is given back
 * Of two claims at least one is made before the other's look, so never do two become `held`.
 * A claim that nobody finished (its maker was killed) is finished by the next create of that name, and after a grace
 * time removed by whoever needs the host. After `held` come home and key: a kill in between is repaired by create.
 */

const PAUSE_MS = 100;

/** Finds the machine's host, or takes the first free one. */
export async function takeHost(
  hosts: AskedHosts,
  request: MachineRequest,
  owner: string,
  signal?: AbortSignal,
): Promise<Answer> {
  const key = readAuthorizedKey(request.authorizedKey);
  let answers = hosts.answers;
  // Each round another creator has gone on; some rounds more for pauses while one decides.
  for (let round = 0; round < answers.length * 2 + 50; round++) {
    signal?.throwIfAborted();
    const named = answers.filter(({ sighting }) => sighting.lease?.name === request.name).toSorted(byRank);
    const [first, ...others] = named;
    let changed: Answer | null = null;
    if (first === undefined) {
      changed = await claimFree(answers, request, owner);
    } else {
      const lease = leaseOf(first);
      const { host, sighting } = first;
      refuseOtherTags(lease, request, first);
      if (lease.state === "deleting") {
        changed = { host, sighting: await host.remove(sighting.leaseText, lease) };
      } else if (others.some((other) => other.sighting.lease?.state === "claiming")) {
        await giveBack(others);
        await sleep(PAUSE_MS, undefined, signal === undefined ? {} : { signal });
      } else {
        const held = await host.hold(sighting.leaseText, lease, `${key.type} ${key.base64}`);
        if (held.lease?.id === lease.id && held.lease.state === "held" && held.hasFolder)
          return { host, sighting: held };
      }
    }
    answers = await hosts.again(changed);
  }
  throw new MachineError(
    "capacity",
    `Machine ${request.name} got no host: other creations were faster each time. Try again.`,
    { machine: request.name, provider: "hosts" },
  );
}

/** `held` and `deleting` before `claiming`; then by name of the host. */
function byRank(one: Answer, other: Answer): number {
  return rank(one) - rank(other) || (one.host.entry.name < other.host.entry.name ? -1 : 1);
}

function rank({ sighting }: Answer): number {
  return sighting.lease?.state === "claiming" ? 1 : 0;
}

async function claimFree(
  answers: readonly Answer[],
  request: MachineRequest,
  owner: string,
): Promise<Answer> {
  const free = answers.find(({ sighting }) => sighting.leaseText === "" || isAbandonedClaim(sighting));
  if (free === undefined) throw allTaken(answers, request);
  const { host, sighting: seen } = free;
  if (seen.lease !== null) await host.remove(seen.leaseText, seen.lease);
  const sighting = await host.claim({
    name: request.name,
    id: randomUUID(),
    state: "claiming",
    tags: request.tags,
    createdAt: new Date(),
    owner,
  });
  return { host, sighting };
}

function isAbandonedClaim(sighting: Answer["sighting"]): boolean {
  return sighting.isAbandoned && sighting.lease?.state === "claiming";
}

async function giveBack(claims: readonly Answer[]): Promise<void> {
  for (const { host, sighting } of claims) {
    if (sighting.lease?.state === "claiming") await host.release(sighting.leaseText);
  }
}

function leaseOf(answer: Answer): Lease {
  const { lease } = answer.sighting;
  if (lease === null) throw new TypeError("a host without a lease was chosen");
  return lease;
}

function refuseOtherTags(lease: Lease, request: MachineRequest, { host }: Answer): void {
  if (sameTags(lease.tags, request.tags)) return;
  throw new MachineError(
    "name_taken",
    `Machine ${request.name} exists on host ${host.entry.name} with other tags: ${JSON.stringify(lease.tags)}, not ${JSON.stringify(request.tags)}. Choose another name, or destroy it.`,
    { machine: request.name, provider: "hosts" },
  );
}

function allTaken(answers: readonly Answer[], request: MachineRequest): MachineError {
  const takers = answers.map(({ host, sighting }) => {
    const { lease } = sighting;
    if (lease === null)
      return `${host.entry.name} by a lease that cannot be read (${sighting.directory}/lease/lease.json)`;
    const owner = lease.owner === "" ? "" : ` of ${lease.owner.replace(/\p{Cc}/gu, " ").slice(0, 100)}`;
    return `${host.entry.name} by ${lease.name}${owner} since ${lease.createdAt.toISOString()}`;
  });
  return new MachineError(
    "capacity",
    `All ${answers.length} hosts are taken: ${takers.join("; ")}. Wait until one is free, destroy a machine, or add hosts to the inventory.`,
    { machine: request.name, provider: "hosts" },
  );
}
