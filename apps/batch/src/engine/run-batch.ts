import { setTimeout as delay } from "node:timers/promises";
import { isAbandoned, type Services } from "@universe-optimize/pipeline";
import type { Campaign } from "@universe-optimize/pipeline/compose";
import type { Project } from "@universe-optimize/project-list";
import { withMachineCap } from "@universe-optimize/state-store";
import { BatchError } from "../batch-error.ts";
import { isActive, latestOf } from "../decide/picture.ts";
import type { Plan } from "../decide/plan.ts";
import { type Dispatcher, sweep as enqueueAll } from "../dispatcher.ts";
import type { Notifier } from "../notify/webhook.ts";
import { watchApiBudget } from "../observe/api-budget.ts";
import { observationServer } from "../observe/http-server.ts";
import type { Logger } from "../observe/logger.ts";
import { batchMetrics } from "../observe/metrics.ts";
import { AlarmKeeper } from "./alarm-keeper.ts";
import { Announcer } from "./announcer.ts";
import { batchMemory } from "./batch-memory.ts";
import { CampaignPicture } from "./campaign-picture.ts";
import { runCeiling } from "./ceiling.ts";
import { leadership } from "./leadership.ts";
import { Looker } from "./looker.ts";
import { Planner } from "./planner.ts";
import { readingOf } from "./reading.ts";
import { Sweeper } from "./sweeper.ts";
import { syncProjects } from "./sync-projects.ts";
import { Watchdog } from "./watchdog.ts";

/** Two plans are at least this far apart, however much happens. */
const MIN_TICK_MS = 100;
const STANDBY_MS = 2000;

export interface BatchOptions {
  /** `run` ends when nothing is left to do; `serve` goes on until it is told to stop. */
  readonly mode: "run" | "serve";
  /** For `serve`: when new runs are let in (five fields, UTC); null: always. */
  readonly schedule: string | null;
  /** Where /healthz and /metrics are served; null: nowhere. */
  readonly http: { readonly host: string; readonly port: number } | null;
  readonly dispatcher: Dispatcher;
  /** Several processes work on this campaign at once: the database keeps them apart. */
  readonly shared: boolean;
  readonly notifier: Notifier;
  readonly log: Logger;
  readonly signal: AbortSignal;
  /** Called once the server listens, and once work begins. */
  readonly onReady?: (facts: { readonly port: number | null }) => void;
}

export interface BatchResult {
  /** `interrupted`: told to stop; `person`: what is left needs a person. */
  readonly state: "drained" | "paused" | "budget" | "person" | "interrupted";
  readonly words: string;
  readonly counts: Readonly<Record<string, number>>;
}

/**
 * Drives a campaign's projects, many at a time, until nothing is left to do or the signal aborts. One process at a time begins runs,
 * sweeps and tells; with `shared`, others work beside it.
 *
 * @throws BatchError `busy`: another process does, and this one need not wait
 */
export async function runBatch(campaign: Campaign, options: BatchOptions): Promise<BatchResult> {
  const { config } = campaign.services;
  // The hard cap: whatever the plan says, and whoever else works, no machine is begun above it.
  const store = withMachineCap(campaign.services.store, () => config.machines.concurrency);
  const services: Services = { ...campaign.services, store };
  const { batch } = config;
  const { log, notifier, dispatcher, signal } = options;
  const startedAt = Date.now();
  // Ends the work of this process, whatever the reason.
  const end = new AbortController();
  const onAbort = (): void => end.abort(signal.reason);
  signal.addEventListener("abort", onAbort);
  if (signal.aborted) onAbort();

  await using lead = leadership(store, () => {
    log.error("another process leads this campaign now");
    if (!options.shared) end.abort(new BatchError("busy", "another process took this campaign over"));
  });
  using apiBudget = watchApiBudget();
  const picture = new CampaignPicture(services);
  const ceiling = await runCeiling(services);
  const alarms = new AlarmKeeper(notifier, log);
  const announcer = new Announcer(services, notifier, log);
  const sweeper = new Sweeper(services, notifier, log);
  const projects = new Map<string, Project>(campaign.projects.map((project) => [project.id, project]));
  let lastPlanAt = Date.now();
  let latest: Plan | null = null;
  let savedCursor: number | null = null;
  const metrics = batchMetrics(config.campaign, () =>
    readingOf({
      services,
      picture,
      ceiling,
      dispatcher,
      leader: lead.held,
      paused: latest?.state === "paused",
      alarms: alarms.raised.length,
      lastSweepAt: sweeper.lastAt,
      noticesLost: notifier.lost,
      apiLeft: apiBudget.left(),
    }),
  );
  await using server =
    options.http === null
      ? null
      : await observationServer({
          ...options.http,
          metrics,
          health: () => ({
            ok: alarms.raised.length === 0,
            leader: lead.held,
            state: latest?.state ?? "starting",
            words: latest?.words ?? null,
            alarms: alarms.raised,
            lastPlanAt: new Date(lastPlanAt).toISOString(),
            lastSweepAt: sweeper.lastAt === null ? null : new Date(sweeper.lastAt).toISOString(),
          }),
        });

  const planner = new Planner({ services, picture, ceiling, notifier, log });
  let wake: () => void = () => {};
  const looker = new Looker({
    services,
    picture,
    ceiling,
    metrics,
    log,
    projects,
    onLooked: () => wake(),
    onKept: async (id, run, keeping) => {
      const project = await picture.refresh(id);
      const seen = project === null ? null : latestOf(project);
      if (project !== null && seen !== null)
        await announcer.ended(project, { ...seen, end: "failed", reason: run.reason }, keeping);
    },
  });

  using _ = new Watchdog({
    policy: batch,
    alarms,
    log,
    lastSweepAt: () => sweeper.lastAt,
    lastPlanAt: () => lastPlanAt,
    mostOverdue: (ms) => looker.mostOverdue(ms),
  });

  options.onReady?.({ port: server?.port ?? null });
  try {
    await standBy();
    if (end.signal.aborted) return result("interrupted", "told to stop before it began");
    savedCursor = await batchMemory.cursor.read(store);
    await picture.skipTo(savedCursor);
    await picture.setProjects([...projects.keys()]);
    await enqueueActive();
    await sweeper.read();
    const working = dispatcher.work((id, look) => looker.look(id, look), end.signal);
    const scheduling =
      options.schedule === null
        ? Promise.resolve()
        : dispatcher.schedule(
            "campaign",
            options.schedule,
            async () => await batchMemory.opened.write(store, Date.now()),
            end.signal,
          );
    working.catch((error: unknown) => end.abort(error));
    scheduling.catch((error: unknown) => end.abort(error));
    const made = await tickUntilDone();
    end.abort(new Error("done"));
    // A removal under way may end; the journal keeps the rest.
    await Promise.allSettled([working, scheduling, sweeper.settled()]);
    await working;
    await scheduling;
    return made;
  } finally {
    signal.removeEventListener("abort", onAbort);
    end.abort(new Error("done"));
  }

  /** Where one process works at a time, the others wait for it, or say who it is. */
  async function standBy(): Promise<void> {
    if ((await lead.tryLead()) || options.shared) return;
    const holder = await lead.leader();
    if (options.mode === "run")
      throw new BatchError(
        "busy",
        `${holder} runs this campaign already. Wait for it, or end it with SIGTERM.`,
      );
    log.info({ leader: holder }, "standing by");
    while (!end.signal.aborted && !(await lead.tryLead())) {
      lastPlanAt = Date.now();
      await pause(STANDBY_MS);
    }
  }

  async function enqueueActive(): Promise<void> {
    const runs = [];
    for (const project of picture.projects)
      if (isActive(project)) {
        const run = await store.latestRun(project.id);
        if (run !== null) runs.push(run);
      }
    await enqueueAll(dispatcher, runs);
  }

  async function tickUntilDone(): Promise<BatchResult> {
    let opened = options.mode === "run" || options.schedule === null ? 0 : null;
    for (;;) {
      if (end.signal.aborted) {
        if (end.signal.reason instanceof BatchError) throw end.signal.reason;
        return result("interrupted", "stopped; the next start goes on from here");
      }
      // Made before reading: what happens meanwhile is not missed.
      const woken = new Promise<void>((resolve) => (wake = resolve));
      try {
        const done = await tick();
        if (done !== null && options.mode === "run") return done;
        if (done !== null && options.schedule !== null && opened !== null) {
          log.info({ state: done.state }, `closed until the next time of the schedule: ${done.words}`);
          opened = null;
        }
      } catch (error) {
        if (!end.signal.aborted) log.error({ err: error }, "planning failed; tried again");
      }
      await pause(MIN_TICK_MS);
      await Promise.race([woken, pause(batch.tickSeconds * 1000)]);
    }

    async function tick(): Promise<BatchResult | null> {
      await lead.tryLead();
      if (options.schedule !== null) {
        const at = await batchMemory.opened.read(store);
        if (at !== null && at >= startedAt && at !== opened) {
          opened = at;
          await reloadProjects();
          log.info("the schedule lets new runs in");
        }
      }
      const news = await picture.catchUp();
      for (const id of news.wanted) looker.want(id);
      // Where several processes share the work, the run's own transaction asks for its next look.
      const changed = [...news.projectIds].filter(
        (id) => news.wanted.has(id) || (!options.shared && looker.isNew(id)),
      );
      if (changed.length > 0) await dispatcher.enqueue(changed);
      if (lead.held) await announce(news.runIds);
      const { plan, begun } = await planner.step({
        lead: lead.held,
        admit: opened !== null,
        signal: end.signal,
      });
      if (begun.length > 0) await dispatcher.enqueue(begun);
      if (lead.held) {
        // After what it says was told: a crash in between tells twice, not never.
        if (news.lastId !== savedCursor) await batchMemory.cursor.write(store, news.lastId);
        savedCursor = news.lastId;
        await sweeper.whenDue(end.signal);
        if (options.shared) await dispatcher.takeBack((id) => isAbandoned(store, id));
      }
      latest = plan;
      lastPlanAt = Date.now();
      return begun.length > 0 || plan.start.length > 0 ? null : outcomeOf(plan);
    }
  }

  async function announce(runIds: ReadonlySet<string>): Promise<void> {
    for (const project of picture.projects) {
      const run = latestOf(project);
      if (run === null) continue;
      if (run.blocked) await announcer.blocked(project, run);
      else if (run.end !== null && runIds.has(run.id)) await announcer.ended(project, run, null);
    }
  }

  /** What this means for a `run`; null: go on. */
  function outcomeOf(plan: Plan): BatchResult | null {
    if (plan.wakeAt !== null && plan.state === "working") return null;
    const active = picture.projects.filter(isActive);
    const stuck = active.every((project) => {
      const run = latestOf(project);
      return run?.blocked === true && !run.holdsSlot && !looker.isLooking(project.id);
    });
    if (!stuck) return null;
    if (plan.state !== "working" && active.length === 0) return result(plan.state, plan.words);
    if (active.length === 0) return null;
    return result(
      "person",
      `${active.length} projects need a person: ${active
        .map(({ id }) => id)
        .slice(0, 10)
        .join(", ")}`,
    );
  }

  function result(state: BatchResult["state"], words: string): BatchResult {
    return { state, words, counts: picture.counts() };
  }

  async function reloadProjects(): Promise<void> {
    const list = await syncProjects(services);
    projects.clear();
    for (const project of list) projects.set(project.id, project);
    await picture.setProjects([...projects.keys()]);
  }

  async function pause(ms: number): Promise<void> {
    await delay(ms, undefined, { signal: end.signal }).catch(() => {});
  }
}
