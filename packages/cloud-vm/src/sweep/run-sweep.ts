import { MachineError } from "../errors.ts";
import type { MachineTags } from "../machine.ts";
import type { MachineProvider } from "../provider.ts";
import type { OwnedResource } from "./owned-resource.ts";
import { planSweep, type KnownMachine, type SweepPlan, type SweepRemoval } from "./plan-sweep.ts";

export interface SweepOptions {
  readonly provider: MachineProvider;
  /** Whose machines: matched exactly, and at least one pair, so that a sweep never takes everything. */
  readonly tags: MachineTags;
  /** Reads the records; called after the provider was asked, and again before each removal. Lost records: an empty list. */
  readonly known: () => Promise<readonly KnownMachine[]>;
  /** Default 10 minutes. */
  readonly graceMs?: number;
  /** Default 24 hours. */
  readonly ttlMs?: number;
  /** Plans and removes nothing. */
  readonly dryRun?: boolean;
  readonly now?: () => Date;
  /** Removals at a time; default 8. */
  readonly concurrency?: number;
  /** For one removal, after which the next sweep goes on; default 10 minutes. */
  readonly removalTimeoutMs?: number;
}

export interface SweepReport {
  readonly startedAt: Date;
  readonly endedAt: Date;
  readonly dryRun: boolean;
  readonly plan: SweepPlan;
  /** Names of machines that are gone with everything of theirs. */
  readonly removed: readonly string[];
  /** Planned, but it had become live meanwhile. */
  readonly spared: readonly string[];
  readonly failed: readonly { readonly machine: string; readonly error: MachineError }[];
}

const MINUTE_MS = 60_000;

/**
 * Finds what nobody needs any more and destroys it. One that fails does not keep the others from going: it is reported.
 *
 * @throws MachineError `invalid_request` without tags; whatever listing throws, before anything is removed
 */
export async function runSweep(options: SweepOptions, signal?: AbortSignal): Promise<SweepReport> {
  const { provider, tags } = options;
  if (Object.keys(tags).length === 0)
    throw new MachineError(
      "invalid_request",
      "A sweep without tags would take every machine. Name the tags of yours.",
      { provider: provider.kind },
    );
  const clock = options.now ?? (() => new Date());
  const startedAt = clock();
  const resources = await ownedBy(provider, tags, signal);
  const rules = { graceMs: options.graceMs ?? 10 * MINUTE_MS, ttlMs: options.ttlMs ?? 24 * 60 * MINUTE_MS };
  const decide = async (of: readonly OwnedResource[]): Promise<SweepPlan> =>
    planSweep({ resources: of, known: await options.known(), now: clock(), ...rules });

  const plan = await decide(resources);
  const removed: string[] = [];
  const spared: string[] = [];
  const failed: { machine: string; error: MachineError }[] = [];
  const removeOne = async ({ machine, resources: its }: SweepRemoval): Promise<void> => {
    try {
      if ((await decide(its)).remove.length === 0) return void spared.push(machine);
      const limit = AbortSignal.timeout(options.removalTimeoutMs ?? 10 * MINUTE_MS);
      await provider.destroy(machine, signal === undefined ? limit : AbortSignal.any([signal, limit]));
      removed.push(machine);
    } catch (error) {
      if (signal?.aborted === true) throw error;
      failed.push({ machine, error: asMachineError(error, machine, provider.kind) });
    }
  };
  if (options.dryRun !== true) {
    const queue = [...plan.remove];
    const worker = async (): Promise<void> => {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) await removeOne(next);
    };
    await Promise.all(Array.from({ length: options.concurrency ?? 8 }, worker));
  }
  return {
    startedAt,
    endedAt: clock(),
    dryRun: options.dryRun === true,
    plan,
    removed: removed.toSorted(),
    spared: spared.toSorted(),
    failed,
  };
}

async function ownedBy(
  provider: MachineProvider,
  tags: MachineTags,
  signal?: AbortSignal,
): Promise<OwnedResource[]> {
  if (provider.owned !== undefined) return await provider.owned(tags, signal);
  const machines = await provider.list(tags, signal);
  return machines.map((machine) => ({
    id: machine.id,
    kind: "machine",
    machine: machine.name,
    tags: machine.tags,
    createdAt: machine.createdAt,
    expiresAt: null,
  }));
}

function asMachineError(error: unknown, machine: string, provider: string): MachineError {
  if (error instanceof MachineError) return error;
  const text = error instanceof Error ? error.message : String(error);
  return new MachineError(
    "destroy_failed",
    `Machine ${machine} was not gone in time: ${text}. The next sweep goes on.`,
    { machine, provider, retryable: true, cause: error },
  );
}
