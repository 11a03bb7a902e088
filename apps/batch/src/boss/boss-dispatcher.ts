import { setTimeout as wait } from "node:timers/promises";
import type { OnRun } from "@universe-optimize/state-store/postgres";
import { fromKysely, type Job, PgBoss } from "pg-boss";
import type { Dispatcher, DispatcherOptions, ProjectHandler } from "../dispatcher.ts";
import { until } from "../until.ts";
import {
  countLooks,
  createLooks,
  HEARTBEAT_SECONDS,
  insertLooks,
  type LookData,
  LOOKS,
  looksUnderWay,
} from "./looks.ts";

const RETRY_MS = 30_000;
const POLL_MS = 1_000;
const LONGEST_PAUSE_MS = 5_000;
const SETTLE_ATTEMPTS = 8;
/** A look that has just begun may not have taken its lease yet: the one seen is then that of somebody before. */
const TAKE_BACK_AFTER_SECONDS = 3;

export interface BossDispatcherOptions extends DispatcherOptions {
  /** The database; a secret. */
  readonly url: string;
  /** The campaign's schema; the queue's tables lie beside it, in `<schema>_jobs`. */
  readonly schema: string;
  /** How often to ask for looks that came due; 1 s by default. */
  readonly pollMs?: number;
  /** After how many seconds of silence a worker counts as dead; 20 by default, 10 at least. */
  readonly heartbeatSeconds?: number;
}

/** A dispatcher over all processes that open the same schema. */
export interface BossDispatcher extends Dispatcher {
  /**
   * For `openPostgresStore`: sends the next look in the transaction that changes the run, so that neither is there without
   * the other.
   */
  readonly onRun: OnRun;
}

/** Opens the queue in the database, and makes its tables where there are none. */
export async function bossDispatcher(options: BossDispatcherOptions): Promise<BossDispatcher> {
  const { heartbeatSeconds = HEARTBEAT_SECONDS } = options;
  const schema = `${options.schema}_jobs`;
  const boss = new PgBoss({
    connectionString: options.url,
    application_name: "universe-optimize-jobs",
    schema,
    max: 3,
    // How soon a dead worker is noticed, once its heartbeat is too old.
    superviseIntervalSeconds: 5,
    monitorIntervalSeconds: 5,
    cronMonitorIntervalSeconds: 10,
    cronWorkerIntervalSeconds: 2,
  });
  // Its own connections fail while the database is away; it goes on by itself.
  boss.on("error", (error) => options.onError?.(error, null));
  try {
    await boss.start();
    await createLooks(boss, heartbeatSeconds);
  } catch (error) {
    await boss.stop({ graceful: false, close: true });
    throw error;
  }
  return new PgBossDispatcher(boss, schema, options, heartbeatSeconds);
}

class PgBossDispatcher implements BossDispatcher {
  readonly #boss: PgBoss;
  readonly #schema: string;
  readonly #options: BossDispatcherOptions;
  readonly #heartbeatMs: number;
  readonly #running = new Map<string, { job: Job<LookData>; done: Promise<void> }>();
  #wake: () => void = () => {};

  constructor(boss: PgBoss, schema: string, options: BossDispatcherOptions, heartbeatSeconds: number) {
    this.#boss = boss;
    this.#schema = schema;
    this.#options = options;
    this.#heartbeatMs = heartbeatSeconds * 1000;
  }

  readonly onRun: OnRun = async (trx, run) => {
    if (run.finished_at !== null) return;
    const data: LookData = { run: run.id, step: run.step };
    await insertLooks(
      this.#boss,
      this.#schema,
      [run.project_id],
      new Date(run.due_at),
      data,
      fromKysely(trx),
    );
  };

  async enqueue(projectIds: readonly string[], at: Date = new Date()): Promise<void> {
    await insertLooks(this.#boss, this.#schema, projectIds, at, {});
    if (at.getTime() <= Date.now()) this.#wake();
  }

  async work(handler: ProjectHandler, signal: AbortSignal): Promise<void> {
    const { concurrency, onError, pollMs = POLL_MS } = this.#options;
    const running = this.#running;
    const heartbeat = setInterval(() => {
      const jobs = [...running.values()].map(({ job }) => job);
      if (jobs.length > 0) this.#boss.touch(LOOKS, jobs).catch((error: unknown) => onError?.(error, null));
    }, this.#heartbeatMs / 4);
    const wake = (): void => this.#wake();
    signal.addEventListener("abort", wake);
    try {
      let pause = pollMs;
      while (!signal.aborted) {
        // Made before asking: what changes in between is not missed.
        const woken = new Promise<void>((resolve) => (this.#wake = resolve));
        const free = concurrency - running.size;
        try {
          const jobs = free <= 0 ? [] : await this.#fetch(free);
          for (const job of jobs) {
            const done = this.#look(job, handler, signal).finally(() => {
              running.delete(job.id);
              this.#wake();
            });
            running.set(job.id, { job, done });
          }
          pause = pollMs;
        } catch (error) {
          onError?.(error, null);
          pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
        }
        // The jitter keeps workers that began together from asking together.
        await until(woken, pause * (0.75 + Math.random() / 2));
      }
    } finally {
      signal.removeEventListener("abort", wake);
      await Promise.all([...running.values()].map(({ done }) => done));
      clearInterval(heartbeat);
    }
  }

  async schedule(
    name: string,
    cron: string,
    act: (signal: AbortSignal) => Promise<void>,
    signal: AbortSignal,
  ): Promise<void> {
    if (signal.aborted) return;
    const queue = `cron-${name}`;
    // One waits or is done at a time, over all processes; one that nobody came to do in time is left out.
    const settings = { heartbeatSeconds: this.#heartbeatMs / 1000, retryLimit: 0, retentionSeconds: 300 };
    await this.#boss.createQueue(queue, { policy: "exclusive", expireInSeconds: 12 * 3600, ...settings });
    await this.#boss.schedule(queue, cron, null, { tz: "UTC" });
    await this.#boss.work(queue, { pollingIntervalSeconds: 2 }, async () => {
      try {
        if (!signal.aborted) await act(signal);
      } catch (error) {
        if (!signal.aborted) this.#options.onError?.(error, null);
      }
    });
    await new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      else signal.addEventListener("abort", () => resolve(), { once: true });
    });
    await this.#boss.offWork(queue, { wait: true });
  }

  async takeBack(isAbandoned: (projectId: string) => Promise<boolean>): Promise<number> {
    const looks = await looksUnderWay(this.#boss, this.#schema, TAKE_BACK_AFTER_SECONDS);
    const abandoned: string[] = [];
    for (const { id, projectId } of looks)
      if (!this.#running.has(id) && (await isAbandoned(projectId))) abandoned.push(id);
    if (abandoned.length > 0) await this.#boss.fail(LOOKS, abandoned);
    return abandoned.length;
  }

  counts(): Promise<{ readonly waiting: number; readonly active: number }> {
    return countLooks(this.#boss, this.#schema);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#boss.stop({ graceful: false, close: true });
  }

  /** One look a project at a time, over all processes: a group of one. */
  #fetch(batchSize: number): Promise<Job<LookData>[]> {
    return this.#boss.fetch<LookData>(LOOKS, { batchSize, groupConcurrency: 1 });
  }

  async #look(job: Job<LookData>, handler: ProjectHandler, signal: AbortSignal): Promise<void> {
    const projectId = job.groupId!;
    let again: Date | null;
    try {
      again = await handler(projectId, signal);
    } catch (error) {
      if (!signal.aborted) this.#options.onError?.(error, projectId);
      again = new Date(Date.now() + (signal.aborted ? 0 : (this.#options.retryMs ?? RETRY_MS)));
    }
    await this.#settle(job, projectId, again);
  }

  /**
   * The next look first, then the end of this one: a process that dies in between leaves one look too many, which is
   * harmless. While the database is away it is tried again; if it stays away, the heartbeat ends and the look comes back.
   */
  async #settle(job: Job<LookData>, projectId: string, again: Date | null): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        if (again !== null) await this.enqueue([projectId], again);
        await this.#boss.complete(LOOKS, job);
        return;
      } catch (error) {
        this.#options.onError?.(error, projectId);
        if (attempt === SETTLE_ATTEMPTS) return;
        await wait(Math.min(250 * 2 ** attempt, LONGEST_PAUSE_MS));
      }
    }
  }
}
