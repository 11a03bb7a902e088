import { type KnownMachine, runSweep, type SweepReport } from "@universe-optimize/cloud-vm";
import type { MachineRow } from "@universe-optimize/state-store";
import { errorFacts } from "../errors.ts";
import type { Services } from "../services.ts";
import { machineCost } from "../steps/destroy.ts";
import { holdLease } from "./lease-keeper.ts";
import { leaseOwner } from "./lease-owner.ts";

const LAST_SWEEP = "sweep/last";

export interface ReapOptions {
  /** Plans and removes nothing. */
  readonly dryRun: boolean;
  /** What is younger is left alone; default 10. */
  readonly graceMinutes?: number;
  /** The database is gone: machines that no record names are removed, though it knows of no run at all. */
  readonly lostDatabase: boolean;
  readonly signal: AbortSignal;
}

/** What the last sweep came to, as `lastSweep` tells it. */
export interface SweepRecord {
  readonly at: string;
  readonly removed: number;
  readonly failed: number;
}

/**
 * Removes the campaign's machines, and what belongs to machines, that no run needs: the cloud is listed first and compared with
 * the database afterwards, by exact tags. A database without any run is taken for a lost or a wrong one: then only what is past its
 * time goes, unless `lostDatabase` says that the rest may.
 *
 * @throws MachineError from listing, before anything is removed
 */
export async function reap(services: Services, options: ReapOptions): Promise<SweepReport> {
  const { store, machines, config, clock } = services;
  const report = await runSweep(
    {
      provider: machines,
      tags: { project: "universe-optimize", campaign: config.campaign },
      known: () => knownMachines(services, options.lostDatabase),
      ttlMs: config.machines.ttlHours * 3_600_000,
      dryRun: options.dryRun,
      now: () => clock.now(),
      ...(options.graceMinutes === undefined ? {} : { graceMs: options.graceMinutes * 60_000 }),
    },
    options.signal,
  );
  if (options.dryRun) return report;
  for (const name of report.removed) await recordGone(services, name);
  const record: SweepRecord = {
    at: report.endedAt.toISOString(),
    removed: report.removed.length,
    failed: report.failed.length,
  };
  await store.remember(LAST_SWEEP, record, null);
  if (report.removed.length + report.failed.length > 0)
    await store.appendEvent({
      kind: "sweep",
      message: `${report.removed.length} machines removed, ${report.failed.length} could not be`,
      data: { removed: report.removed, failed: report.failed.map(({ machine }) => machine) },
    });
  return report;
}

/** null: there was none. */
export async function lastSweep(store: Services["store"]): Promise<SweepRecord | null> {
  return (await store.recall(LAST_SWEEP)) as SweepRecord | null;
}

/** A machine lives while its run goes on; one whose run is over should be gone. */
async function knownMachines(
  { store, machines, config }: Services,
  lostDatabase: boolean,
): Promise<KnownMachine[]> {
  const rows = await store.machines("alive");
  const known: KnownMachine[] = [];
  for (const { name, run_id } of rows) {
    const run = await store.run(run_id);
    known.push({ name, live: run !== null && run.finished_at === null });
  }
  if (rows.length > 0 || lostDatabase || (await hasRuns(store))) return known;
  const there = await machines.list({ project: "universe-optimize", campaign: config.campaign });
  return there.map(({ name }) => ({ name, live: true }));
}

async function hasRuns(store: Services["store"]): Promise<boolean> {
  for (const { id } of await store.projects()) if ((await store.latestRun(id)) !== null) return true;
  return false;
}

/** Notes the end and the cost of a machine that the database knows. A run that somebody drives now finds out by itself. */
async function recordGone(services: Services, name: string): Promise<void> {
  const { store, clock } = services;
  const row: MachineRow | null = await store.machine(name);
  const run = row === null ? null : await store.run(row.run_id);
  if (row === null || run === null || row.state === "gone") return;
  try {
    await using lease = await holdLease(store, run.project_id, leaseOwner());
    const at = clock.now();
    await store.updateRun(lease.fence, run.id, {
      machine: { name, state: "gone", gone_at: at.toISOString() },
      costs: [{ kind: "machine", source: name, usd: machineCost(row, at), basis: "estimated" }],
      events: [{ kind: "machine.reaped", message: `${name} was removed by a sweep` }],
    });
  } catch (error) {
    if (errorFacts(error).code !== "busy") throw error;
  }
}
