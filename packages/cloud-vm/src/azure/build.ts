import type { VirtualMachine } from "@azure/arm-compute";
import { MachineError } from "../errors.ts";
import type { MachinePlacement, MachineRequest } from "../machine.ts";
import { asMachineError, isNotFound, kindOf, readArmFailure, type ArmFailure } from "./arm-errors.ts";
import { hostKeyTag, resourceTags } from "./azure-tags.ts";
import { growingPauses, pause, pollOptions, tell, type Azure } from "./azure.ts";
import { addressBody, nicBody, vmBody } from "./bodies.ts";
import { isBlockKind, type BlockKind, type CapacityBlock } from "./capacity-blocks.ts";
import { destroyMachine, removeVm } from "./destroy.ts";
import { makeHostKey } from "./host-key.ts";
import { lookAtAddress, lookAtNic, lookAtVm } from "./look.ts";
import { machineNames } from "./names.ts";
import { placements, placementText } from "./placements.ts";
import { untilMade } from "./settle.ts";
import { patiently } from "./shared-network.ts";
import { vmFacts } from "./vm-facts.ts";

/** A VM as Azure answered the request for it, with its address where that is known already. */
export interface Built {
  readonly vm: VirtualMachine;
  readonly address: string | null;
}

/** What Azure said to one placement. */
type Outcome =
  | { readonly kind: "built"; readonly built: Built }
  /** There is a VM of that name now, or one on its way. */
  | { readonly kind: "look_again" }
  | { readonly kind: "refused"; readonly why: BlockKind; readonly failure: ArmFailure };

// Azure keeps an interface for 180 s for the VM that it could not make.
const RESERVATION_MS = 240_000;

/**
 * Makes a machine out of the first placement that Azure has room for. null: a VM of that name exists by now.
 *
 * @throws MachineError when no placement is left (then nothing of the machine is left either), or Azure refuses for another reason
 */
export async function build(
  azure: Azure,
  request: MachineRequest,
  signal?: AbortSignal,
): Promise<Built | null> {
  const { name } = request;
  const refusals: { readonly placement: MachinePlacement; readonly block: CapacityBlock }[] = [];
  let region: string | null = null;
  for (const placement of placements(azure.settings)) {
    const blocked = await knownBlock(azure, placement);
    if (blocked !== null) {
      refusals.push({ placement, block: blocked });
      continue;
    }
    // Interface and address cannot move to another region; in the same one they are used again.
    if (region !== null && region !== placement.region) await destroyMachine(azure, name, signal);
    region = placement.region;
    const outcome = await tryPlacement(azure, request, placement, signal);
    if (outcome.kind === "built") return outcome.built;
    if (outcome.kind === "look_again") return null;
    const said = `${outcome.failure.code}: ${outcome.failure.message}`;
    const block = await azure.blocks.block(placement, outcome.why, said);
    refusals.push({ placement, block });
    tell(
      azure,
      "capacity_blocked",
      name,
      `${placementText(placement)} is not to be had until ${block.until.toISOString()} (${said})`,
    );
  }
  if (region !== null) await destroyMachine(azure, name, signal);
  throw noRoom(name, refusals);
}

// Usage counts lag behind refusals; after this long they are right again.
const USAGE_LAG_MS = 10 * 60_000;

/** Why this placement need not be tried; null: it may be. What Azure's own counts show costs no attempt. */
async function knownBlock(azure: Azure, placement: MachinePlacement): Promise<CapacityBlock | null> {
  const block = await azure.blocks.find(placement);
  const isQuota = block?.kind === "quota" || block?.kind === "quota_none";
  if (block !== null && !(isQuota && Date.now() - block.since.getTime() > USAGE_LAG_MS)) return block;
  // A principal that may not read usage finds out by trying.
  const quota = await azure.quota.of(placement).catch(() => null);
  if (quota === null) return block;
  if (quota.machines > 0) return null; // somebody has granted or freed some
  const short = quota.rows.filter(({ used, limit }) => limit - used < quota.vCpus);
  const reason = short
    .map(({ name, used, limit }) => `${name}: ${used} of ${limit} used, ${quota.vCpus} needed`)
    .join("; ");
  // Not written down: the next creation counts anew, for nothing.
  return azure.blocks.make(short.some(({ limit }) => limit === 0) ? "quota_none" : "quota", reason);
}

async function tryPlacement(
  azure: Azure,
  request: MachineRequest,
  placement: MachinePlacement,
  signal?: AbortSignal,
): Promise<Outcome> {
  const { name } = request;
  tell(azure, "creating", name, `machine ${name}: asking for ${placementText(placement)}`);
  try {
    return { kind: "built", built: await put(azure, request, placement, signal) };
  } catch (error) {
    signal?.throwIfAborted();
    const failure = readArmFailure(error);
    if (failure === null) throw error;
    const kind = kindOf(failure);
    if (kind === "exists") return { kind: "look_again" };
    const vm = await lookAtVm(azure, name, signal);
    if (vm === null) {
      if (isBlockKind(kind)) return { kind: "refused", why: kind, failure };
      if (kind === "leftover") {
        tell(
          azure,
          "cleaning_up",
          name,
          `machine ${name}: parts of an earlier one are in the way: removing them`,
        );
        await destroyMachine(azure, name, signal);
        return { kind: "look_again" };
      }
      return await refuse(azure, name, error);
    }
    const facts = vmFacts(vm);
    if (facts.provisioning !== "failed" || kind === "boot_timeout") return { kind: "look_again" };
    // The operation's own words, or, when those were lost on the way, the VM's.
    const why = isBlockKind(kind) ? failure : { ...failure, ...facts.failure };
    const reason = kindOf(why);
    if (reason === "boot_timeout") return { kind: "look_again" };
    if (!isBlockKind(reason)) return await refuse(azure, name, error);
    // Azure leaves the VM behind, as Failed: it holds the interface, and the name.
    tell(azure, "cleaning_up", name, `machine ${name}: removing the VM that Azure could not place`);
    await untilRemoved(azure, name, signal);
    return { kind: "refused", why: reason, failure: why };
  }
}

/** Interface and address that a refused VM leaves go at once when another try is in vain. */
async function refuse(azure: Azure, name: string, error: unknown): Promise<never> {
  const refusal = asMachineError(error, `Machine ${name} could not be created`, "create_failed", name);
  const isWorthRetrying =
    refusal instanceof MachineError && refusal.retryable && refusal.code !== "forbidden";
  if (!isWorthRetrying) {
    const limit = AbortSignal.timeout(RESERVATION_MS);
    await destroyMachine(azure, name, limit).catch((failure: unknown) =>
      tell(
        azure,
        "warning",
        name,
        `what was made for machine ${name} could not be removed yet: ${String(failure)}; 'destroy' does it`,
      ),
    );
  }
  throw refusal;
}

/** Address and network at once, then the interface that needs both, then the VM that needs it. */
async function put(
  azure: Azure,
  request: MachineRequest,
  placement: MachinePlacement,
  signal?: AbortSignal,
): Promise<Built> {
  const { settings, clients, shared } = azure;
  const { name } = request;
  const { region } = placement;
  const group = settings.resourceGroup;
  const names = machineNames(name);
  const options = pollOptions(azure, signal);
  const { ttlHours, owner } = settings;
  const tags = resourceTags(request.tags, { machine: name, createdAt: new Date(), ttlHours, owner });

  // Without the orchestrator's address nobody could log in: find that out before anything costs.
  await Promise.all([shared.group(signal), shared.address(signal)]);
  const made = await forgettingLostGroup(azure, async () => {
    const [address, network] = await bothEnded(
      settings.network === "private"
        ? null
        : patiently(
            azure,
            () =>
              untilMade(
                azure,
                clients.network.publicIPAddresses.createOrUpdate(
                  group,
                  names.address,
                  addressBody(settings, region, tags),
                  options,
                ),
                () => lookAtAddress(azure, name, signal),
                signal,
              ),
            signal,
          ),
      shared.region(region, signal),
    );
    const ids = {
      subnet: network.subnet,
      securityGroup: network.securityGroup,
      address: address?.id ?? null,
    };
    const nic = await patiently(
      azure,
      () =>
        untilMade(
          azure,
          clients.network.networkInterfaces.createOrUpdate(
            group,
            names.nic,
            nicBody(name, region, tags, ids),
            options,
          ),
          () => lookAtNic(azure, name, signal),
          signal,
        ),
      signal,
    );
    return { address, nic, network };
  });

  const hostKey = settings.hostKey === "cloud-init" ? makeHostKey(name) : null;
  const body = vmBody(
    settings,
    name,
    placement,
    { ...tags, ...(hostKey === null ? {} : hostKeyTag(hostKey.publicKey)) },
    {
      authorizedKey: request.authorizedKey.trim(),
      nicId: made.nic.id ?? "",
      customData: hostKey?.customData ?? null,
      scaleSetId: made.network.scaleSet,
    },
  );
  const vm = await waitingForReservation(
    azure,
    name,
    () =>
      patiently(
        azure,
        () =>
          untilMade(
            azure,
            clients.compute.virtualMachines.createOrUpdate(group, names.vm, body, {
              ...options,
              ifNoneMatch: "*", // never changes a machine that somebody else has just made
            }),
            () => lookAtVm(azure, name, signal),
            signal,
          ),
        signal,
      ),
    signal,
  );
  const address =
    settings.network === "private"
      ? made.nic.ipConfigurations?.[0]?.privateIPAddress
      : made.address?.ipAddress;
  return { vm, address: address ?? null };
}

/** Rejects only when both have ended: what is still on its way would be missed by a clean-up. */
async function bothEnded<A, B>(one: A, other: B): Promise<[Awaited<A>, Awaited<B>]> {
  const [first, second] = await Promise.allSettled([one, other]);
  if (first.status === "rejected") throw first.reason;
  if (second.status === "rejected") throw second.reason;
  return [first.value, second.value];
}

/** The group was found, and is gone now: everything is looked up anew, once. */
async function forgettingLostGroup<T>(azure: Azure, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (!isNotFound(error)) throw error;
    azure.shared.forget();
    await azure.shared.group();
    return await act();
  }
}

/** The interface is promised to a VM that could not be made: Azure frees it after 180 s. */
async function waitingForReservation<T>(
  azure: Azure,
  name: string,
  act: () => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const deadline = Date.now() + RESERVATION_MS;
  const nextPause = growingPauses(azure.settings.pollIntervalMs);
  for (;;) {
    try {
      return await act();
    } catch (error) {
      const failure = readArmFailure(error);
      if (failure === null || kindOf(failure) !== "nic_reserved" || Date.now() >= deadline) throw error;
      const ms = Math.min(nextPause(), 15_000);
      tell(
        azure,
        "waiting",
        name,
        `machine ${name}: its interface is still reserved; again in ${ms / 1000} s`,
      );
      await pause(ms, signal);
    }
  }
}

/** The failed VM and its disk, so that the name is free; the interface stays for the next placement. */
async function untilRemoved(azure: Azure, name: string, signal?: AbortSignal): Promise<void> {
  await patiently(azure, () => removeVm(azure, name, signal), signal);
  if ((await lookAtVm(azure, name, signal)) !== null) await destroyMachine(azure, name, signal);
}

const HARDEST: readonly BlockKind[] = ["allocation", "quota", "quota_none", "size"];

function noRoom(
  machine: string,
  refusals: readonly { readonly placement: MachinePlacement; readonly block: CapacityBlock }[],
): MachineError {
  const retryAt = new Date(Math.min(...refusals.map(({ block }) => block.until.getTime())));
  // What comes back soonest decides what the whole is: one placement without room is reason enough to wait.
  const kind = HARDEST.find((one) => refusals.some(({ block }) => block.kind === one)) ?? "allocation";
  const code = kind === "allocation" ? "capacity" : kind === "size" ? "size_unavailable" : "quota";
  const list = refusals
    .slice(0, 6)
    .map(
      ({ placement, block }) =>
        `${placementText(placement)} until ${block.until.toISOString()} (${block.reason.slice(0, 160)})`,
    )
    .join("; ");
  const act =
    code === "capacity"
      ? "Try again then, or name other sizes, zones or regions under fallbacks."
      : code === "quota"
        ? "Ask for more quota in the Azure portal (Quotas), destroy machines, or name other sizes or regions."
        : "Name another size or region.";
  return new MachineError(
    code,
    `No room for machine ${machine}: ${list}${refusals.length > 6 ? ` and ${refusals.length - 6} more` : ""}. ${act}`,
    { machine, provider: "azure", retryAt },
  );
}
