import { MachineError } from "../errors.ts";
import { kindOf, readArmFailure, type FailureKind } from "./arm-errors.ts";
import { ownTags } from "./azure-tags.ts";
import { finish, growingPauses, pause, pollOptions, tell, type Azure } from "./azure.ts";
import { lookAtAddress, lookAtDisk, lookAtNic, lookAtVm } from "./look.ts";
import { machineNames } from "./names.ts";
import { untilGone } from "./settle.ts";
import { withUrgency } from "./rate-gate-policy.ts";

// Waiting mends these; of the others a person has to know.
const WORTH_WAITING: ReadonlySet<FailureKind> = new Set([
  "conflict",
  "nic_reserved",
  "throttled",
  "server",
  "unreachable",
  "other",
  "quota",
  "allocation",
  "boot_timeout",
]);

/**
 * Removes a machine with everything of it, by its known names, and resolves when Azure says 404 for each.
 * What is in the way is waited for with growing pauses until the signal says stop.
 *
 * @throws what Azure says when a person must act: no right, no credential, no such subscription
 */
export async function destroyMachine(azure: Azure, machine: string, signal?: AbortSignal): Promise<void> {
  await withUrgency(async () => {
    tell(azure, "destroying", machine, `machine ${machine}: removing the VM`);
    const nextPause = growingPauses(azure.settings.pollIntervalMs);
    let removeVmFirst = true;
    let lookAtOnce = true;
    for (;;) {
      const failures: unknown[] = [];
      const attempt = async (act: () => Promise<unknown>): Promise<void> => {
        await act().catch((error: unknown) => void failures.push(error));
      };
      let isVmGone = false;
      if (removeVmFirst)
        await attempt(async () => {
          const vm = await lookAtVm(azure, machine, signal);
          refuseForeign(machine, "VM", vm);
          isVmGone = vm === null || (await removeVm(azure, machine, signal));
        });
      const left: string[] = [];
      if (failures.length === 0) {
        await attempt(async () => void left.push(...(await removeRest(azure, machine, isVmGone, signal))));
        removeVmFirst = left.includes("vm");
      }
      const [failure] = failures;
      if (failures.length === 0 && left.length === 0) break;
      signal?.throwIfAborted();
      if (failure !== undefined) giveUpUnlessWorthWaiting(failure);
      // What was just deleted is looked at once more without a pause: mostly it is gone.
      if (failure === undefined && !removeVmFirst && lookAtOnce) {
        lookAtOnce = false;
        continue;
      }
      lookAtOnce = true;
      const ms = nextPause();
      const said = failure === undefined ? "" : `: ${messageOf(failure)}`;
      tell(
        azure,
        "destroy_retried",
        machine,
        `machine ${machine}: ${left.length > 0 ? `${left.join(", ")} still there` : "not gone yet"}${said}; again in ${ms / 1000} s`,
      );
      await pause(ms, signal);
    }
    tell(azure, "destroyed", machine, `machine ${machine}: everything is gone`);
  });
}

/**
 * Deletes the VM without asking its system to shut down; its parts go with it where Azure keeps its word. true: Azure has said that it is
 * gone; false: look.
 */
export async function removeVm(azure: Azure, machine: string, signal?: AbortSignal): Promise<boolean> {
  const { settings, clients } = azure;
  let isGone = false;
  await ignoreNotFound(async () => {
    isGone = await untilGone(
      azure,
      clients.compute.virtualMachines.delete(settings.resourceGroup, machineNames(machine).vm, {
        forceDeletion: true,
        ...pollOptions(azure, signal),
      }),
      () => lookAtVm(azure, machine, signal),
      signal,
    );
  });
  return isGone;
}

/** Looks at everything by name and deletes what the VM has left; resolves with what there was. */
async function removeRest(
  azure: Azure,
  machine: string,
  isVmGone: boolean,
  signal?: AbortSignal,
): Promise<string[]> {
  const { clients, settings } = azure;
  const group = settings.resourceGroup;
  const names = machineNames(machine);
  const options = pollOptions(azure, signal);
  const [vm, nic, address, disk] = await Promise.all([
    isVmGone ? null : lookAtVm(azure, machine, signal),
    lookAtNic(azure, machine, signal),
    lookAtAddress(azure, machine, signal),
    lookAtDisk(azure, machine, signal),
  ]);
  const left = Object.entries({ vm, nic, address, disk }).flatMap(([part, found]) =>
    found === null ? [] : [part],
  );
  if (vm !== null) return left;
  refuseForeign(machine, "interface", nic);
  refuseForeign(machine, "address", address);
  // The address can go only after the interface that holds it.
  const outcomes = await Promise.allSettled([
    (async () => {
      if (nic !== null)
        await ignoreNotFound(async () => {
          await finish(clients.network.networkInterfaces.delete(group, names.nic, options), signal);
        });
      if (address !== null)
        await ignoreNotFound(async () => {
          await finish(clients.network.publicIPAddresses.delete(group, names.address, options), signal);
        });
    })(),
    (async () => {
      if (disk !== null)
        await ignoreNotFound(async () => {
          await finish(clients.compute.disks.delete(group, names.disk, options), signal);
        });
    })(),
  ]);
  const refused = outcomes.find((outcome) => outcome.status === "rejected");
  if (refused !== undefined) throw refused.reason;
  return left;
}

/** Whatever has the name but not our tag belongs to somebody else, who may have come first. */
function refuseForeign(
  machine: string,
  what: string,
  found: { readonly id?: string; readonly tags?: Record<string, string> } | null,
): void {
  if (found === null || ownTags(found.tags).machine === machine) return;
  throw new MachineError(
    "name_taken",
    `The ${what} of machine ${machine} (${found.id}) has no tag uo-machine with that name, so it is not ours and stays. If it is, give it the tag and destroy the machine again.`,
    { machine, provider: "azure" },
  );
}

async function ignoreNotFound(act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (error) {
    const failure = readArmFailure(error);
    if (failure === null || kindOf(failure) !== "not_found") throw error;
  }
}

function giveUpUnlessWorthWaiting(error: unknown): void {
  const failure = readArmFailure(error);
  if (failure === null || !WORTH_WAITING.has(kindOf(failure))) throw error;
}

function messageOf(error: unknown): string {
  const failure = readArmFailure(error);
  return failure === null ? String(error) : `${failure.code} ${failure.message}`.slice(0, 300);
}
