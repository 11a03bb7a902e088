import { kitFingerprint, lastSweep, type Services, type SweepRecord } from "@universe-optimize/pipeline";
import type { Project } from "@universe-optimize/project-list";
import { ledgerOf, type Ledger } from "../decide/budget.ts";
import { type Forecast, forecast } from "../decide/forecast.ts";
import type { ProjectPicture } from "../decide/picture.ts";
import { type Plan, plan } from "../decide/plan.ts";
import { nextRun } from "../decide/rerun.ts";
import { batchMemory, NEVER_RESUMED } from "../engine/batch-memory.ts";
import { statusOf } from "../engine/campaign-picture.ts";
import { runCeiling } from "../engine/ceiling.ts";
import { type PictureCache, readProject } from "../engine/read-picture.ts";

/** Where a campaign stands. */
export interface BatchStatus {
  readonly campaign: string;
  readonly projects: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly plan: Plan;
  readonly money: Ledger;
  readonly budget: Services["config"]["batch"]["budget"]["campaign"];
  readonly forecast: Omit<Forecast, "endAt"> & { readonly endAt: string };
  readonly machinesAlive: readonly { readonly name: string; readonly state: string }[];
  readonly machinesAtMost: number;
  readonly lastSweep: SweepRecord | null;
  readonly priceSource: string;
}

/** Reads it; changes nothing, and asks nobody but the provider for its price. */
export async function readStatus(services: Services, list: readonly Project[]): Promise<BatchStatus> {
  const { store, config } = services;
  const now = Date.now();
  const cache: PictureCache = new Map();
  const projects: ProjectPicture[] = [];
  for (const { id } of list) projects.push(await readProject(services, id, now, cache));
  const ceiling = await runCeiling(services);
  const resumption = (await batchMemory.resumption.read(store)) ?? NEVER_RESUMED;
  const counts: Record<string, number> = {};
  for (const project of projects) counts[statusOf(project)] = (counts[statusOf(project)] ?? 0) + 1;
  const made = forecast({
    projects,
    isFinal: (project) => nextRun(project, config.batch.rerun, resumption.retryFrom).kind === "final",
    ceiling,
    longestHours: ceiling.hours,
    machines: config.machines.concurrency,
    waveSizes: config.batch.waves.sizes,
    now,
  });
  const alive = await store.machines("alive");
  return {
    campaign: config.campaign,
    projects: projects.length,
    counts,
    plan: plan({
      projects,
      policy: config.batch,
      machines: config.machines.concurrency,
      proofs: config.proof.machine !== "none",
      ceiling,
      now,
      pause: await batchMemory.pause.read(store),
      resumption,
      fingerprint: config.batch.canary ? await kitFingerprint(services).catch(() => "unreadable") : "",
      canary: await batchMemory.canary.read(store),
      aliveIn: {},
    }),
    money: ledgerOf(projects, ceiling),
    budget: config.batch.budget.campaign,
    forecast: { ...made, endAt: new Date(made.endAt).toISOString() },
    machinesAlive: alive.map(({ name, state }) => ({ name, state })),
    machinesAtMost: config.machines.concurrency,
    lastSweep: await lastSweep(store),
    priceSource: ceiling.priceSource,
  };
}
