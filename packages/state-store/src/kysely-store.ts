import { applyChange } from "./apply-change.ts";
import {
  deleteApproval,
  findApprovals,
  findDecisions,
  findDeliveries,
  insertDecision,
  insertDelivery,
  putApproval,
  putSuppression,
} from "./decisions.ts";
import { StoreError } from "./errors.ts";
import { findEvents, insertEvent } from "./events.ts";
import { beginStep, finishStep } from "./journal.ts";
import { acquireLease, findLease, releaseLease, renewLease, requireFence } from "./leases.ts";
import { recall, remember } from "./memory.ts";
import { findDrafts, findProject, markSent, syncProjects } from "./projects.ts";
import type {
  ApprovalRow,
  CostRow,
  DecisionRow,
  DeliveryRow,
  DraftRow,
  EventRow,
  LeaseRow,
  MachineRow,
  OptimizationRow,
  ProjectRow,
  RunRow,
  StepRow,
  SuppressionRow,
} from "./rows.ts";
import { createRun, findLatestRun, findRun, requireRun } from "./runs.ts";
import type {
  Fence,
  NewApproval,
  NewDecision,
  NewDelivery,
  NewEvent,
  NewMachine,
  NewSuppression,
  ProjectFacts,
  StateStore,
  StepOutcome,
} from "./store.ts";
import type { Transaction } from "kysely";
import type { CampaignDatabase } from "./schema.ts";
import type { Db, Write } from "./transaction.ts";

/** See `PostgresStoreOptions.onRun`. When it throws, nothing of the change is written. */
export type OnRun = (trx: Transaction<CampaignDatabase>, run: RunRow) => Promise<void>;

/** What the store needs to know of a database beyond Kysely's dialect. */
export interface KyselyStoreOptions {
  readonly schemaVersion: number;
  readonly clock: () => Date;
  /** The time of a writing transaction; `clock` by default. */
  readonly now?: (trx: Transaction<CampaignDatabase>) => Date | Promise<Date>;
  /** Whether a transaction must lock the rows that it reads; false where it locks the whole database. */
  readonly rowLocks: boolean;
  /** See `Write.lock`; none where a transaction locks the whole database. */
  readonly lock?: (trx: Transaction<CampaignDatabase>, words: string) => Promise<void>;
  /** Does work again that failed for a while without having written anything. */
  readonly again?: <Result>(work: () => Promise<Result>) => Promise<Result>;
  readonly onRun?: OnRun;
  /** What a copy of all rows needs beside; nothing where a transaction locks the whole database. */
  readonly copying?: {
    /** Lets nobody else write until the transaction ends. */
    readonly freeze: (trx: Transaction<CampaignDatabase>) => Promise<void>;
    /** Has the database count on behind the greatest number of each table. */
    readonly countOn: (trx: Transaction<CampaignDatabase>) => Promise<void>;
  };
  /** Closes the database where Kysely does not: it leaves one alone that it was never asked anything of. */
  readonly close?: () => void;
  /** The driver's error as a `StoreError`; anything else comes back as it is. */
  readonly toStoreError: (error: unknown) => unknown;
}

/** `StateStore` on any database for which there is a Kysely dialect with `returning` and `on conflict`. */
export class KyselyStore implements StateStore {
  readonly schemaVersion: number;
  readonly #db: Db;
  readonly #options: KyselyStoreOptions;
  #closing: Promise<void> | null = null;
  #working = 0;
  #idle: () => void = () => {};
  #onRun: OnRun | null;

  constructor(db: Db, options: KyselyStoreOptions) {
    this.schemaVersion = options.schemaVersion;
    this.#db = db;
    this.#options = options;
    this.#onRun = options.onRun ?? null;
  }

  /** Calls `onRun` from now on instead of who was called before; null: nobody. Returns who that was. */
  tellOfRuns(onRun: OnRun | null): OnRun | null {
    const before = this.#onRun;
    this.#onRun = onRun;
    return before;
  }

  syncProjects(projects: readonly ProjectFacts[]): Promise<void> {
    return this.#write((write) => syncProjects(write, projects));
  }

  projects(): Promise<ProjectRow[]> {
    return this.#read((db) => db.selectFrom("projects").selectAll().orderBy("id").execute());
  }

  project(id: string): Promise<ProjectRow | null> {
    return this.#read((db) => findProject(db, id));
  }

  acquireLease(
    name: string,
    owner: string,
    ttlMs: number,
    mayTakeFrom: (holder: LeaseRow) => boolean = () => false,
  ): Promise<LeaseRow | null> {
    return this.#write((write) => acquireLease(write, name, owner, ttlMs, mayTakeFrom));
  }

  renewLease(fence: Fence, ttlMs: number): Promise<void> {
    return this.#write((write) => renewLease(write, fence, ttlMs));
  }

  releaseLease(fence: Fence): Promise<void> {
    return this.#write((write) => releaseLease(write, fence));
  }

  lease(name: string): Promise<LeaseRow | null> {
    return this.#read((db) => findLease(db, name));
  }

  createRun(fence: Fence, projectId: string, step: string): Promise<RunRow> {
    return this.#changing(fence, (write) => createRun(write, projectId, step));
  }

  latestRun(projectId: string): Promise<RunRow | null> {
    return this.#read((db) => findLatestRun(db, projectId));
  }

  run(id: string): Promise<RunRow | null> {
    return this.#read((db) => findRun(db, id));
  }

  runs(projectId: string): Promise<RunRow[]> {
    return this.#read((db) =>
      db.selectFrom("runs").selectAll().where("project_id", "=", projectId).orderBy("number").execute(),
    );
  }

  unfinishedRuns(): Promise<RunRow[]> {
    return this.#read((db) =>
      db
        .selectFrom("runs")
        .selectAll()
        .where("finished_at", "is", null)
        .orderBy("due_at")
        .orderBy("project_id")
        .execute(),
    );
  }

  updateRun(fence: Fence, runId: string, change: Omit<StepOutcome, "result">): Promise<RunRow> {
    return this.#changing(fence, async (write) => {
      const run = await requireRun(write.trx, runId);
      return await applyChange(write, run, change);
    });
  }

  beginStep(fence: Fence, runId: string, step: string, machine?: NewMachine): Promise<StepRow> {
    return this.#fenced(fence, (write) => beginStep(write, fence, runId, step, machine));
  }

  finishStep(fence: Fence, step: StepRow, outcome: StepOutcome): Promise<RunRow> {
    return this.#changing(fence, (write) => finishStep(write, step, outcome));
  }

  steps(runId: string): Promise<StepRow[]> {
    return this.#read((db) =>
      db.selectFrom("steps").selectAll().where("run_id", "=", runId).orderBy("id").execute(),
    );
  }

  machine(name: string): Promise<MachineRow | null> {
    return this.#read(async (db) => {
      const row = await db.selectFrom("machines").selectAll().where("name", "=", name).executeTakeFirst();
      return row ?? null;
    });
  }

  machines(filter: { readonly runId: string } | "alive"): Promise<MachineRow[]> {
    return this.#read((db) => {
      const query = db.selectFrom("machines").selectAll().orderBy("intended_at").orderBy("name");
      return (
        filter === "alive" ? query.where("state", "!=", "gone") : query.where("run_id", "=", filter.runId)
      ).execute();
    });
  }

  optimizations(runId: string): Promise<OptimizationRow[]> {
    return this.#read((db) =>
      db.selectFrom("optimizations").selectAll().where("run_id", "=", runId).orderBy("position").execute(),
    );
  }

  drafts(projectId: string): Promise<DraftRow[]> {
    return this.#read((db) => findDrafts(db, projectId));
  }

  markSent(projectId: string, at: Date, template?: string): Promise<DraftRow[]> {
    return this.#write((write) => markSent(write, projectId, at, template));
  }

  decide(decision: NewDecision): Promise<DecisionRow> {
    return this.#write((write) => insertDecision(write, decision));
  }

  decisions(projectId: string): Promise<DecisionRow[]> {
    return this.#read((db) => findDecisions(db, projectId));
  }

  approve(approval: NewApproval): Promise<ApprovalRow> {
    return this.#write((write) => putApproval(write, approval));
  }

  approvals(projectId: string): Promise<ApprovalRow[]> {
    return this.#read((db) => findApprovals(db, projectId));
  }

  withdrawApproval(projectId: string, template: string): Promise<boolean> {
    return this.#write((write) => deleteApproval(write, projectId, template));
  }

  suppress(suppression: NewSuppression): Promise<SuppressionRow> {
    return this.#write((write) => putSuppression(write, suppression));
  }

  suppressions(): Promise<SuppressionRow[]> {
    return this.#read((db) => db.selectFrom("suppressions").selectAll().orderBy("target").execute());
  }

  recordDelivery(delivery: NewDelivery): Promise<DeliveryRow> {
    return this.#write((write) => insertDelivery(write, delivery));
  }

  deliveries(projectId: string): Promise<DeliveryRow[]> {
    return this.#read((db) => findDeliveries(db, projectId));
  }

  recall(key: string): Promise<unknown> {
    return this.#read((db) => recall(db, key, this.#options.clock()));
  }

  remember(key: string, value: unknown, expiresAt: Date | null): Promise<void> {
    return this.#write((write) => remember(write, key, value, expiresAt));
  }

  costs(runId: string): Promise<CostRow[]> {
    return this.#read((db) =>
      db
        .selectFrom("costs")
        .selectAll()
        .where("run_id", "=", runId)
        .orderBy("kind")
        .orderBy("source")
        .execute(),
    );
  }

  appendEvent(event: NewEvent & { readonly projectId?: string; readonly runId?: string }): Promise<EventRow> {
    return this.#write((write) => insertEvent(write, event));
  }

  events(
    filter: { readonly projectId?: string; readonly after?: number; readonly limit?: number } = {},
  ): Promise<EventRow[]> {
    return this.#read((db) => findEvents(db, filter));
  }

  /** For copies: the rows of all tables as they are at one moment, while nobody writes; `work` may write, and does so as a whole. */
  frozen<Result>(
    work: (trx: Transaction<CampaignDatabase>, countOn: () => Promise<void>) => Promise<Result>,
  ): Promise<Result> {
    const { copying } = this.#options;
    return this.#do(() =>
      this.#db.transaction().execute(async (trx) => {
        await copying?.freeze(trx);
        return await work(trx, async () => await copying?.countOn(trx));
      }),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing ??= this.#close();
    await this.#closing;
  }

  /** Whatever was asked for earlier is done first. */
  async #close(): Promise<void> {
    if (this.#working > 0) await new Promise<void>((resolve) => (this.#idle = resolve));
    await this.#db.destroy();
    this.#options.close?.();
  }

  #read<Result>(work: (db: Db) => Promise<Result>): Promise<Result> {
    return this.#do(() => work(this.#db));
  }

  #write<Result>(work: (write: Write) => Promise<Result>): Promise<Result> {
    const { clock, now = clock, rowLocks, lock } = this.#options;
    return this.#do(() =>
      this.#db.transaction().execute(async (trx) => {
        const write: Write = {
          trx,
          now: await now(trx),
          rowLocks,
          lock: async (words) => await lock?.(trx, words),
        };
        return await work(write);
      }),
    );
  }

  #fenced<Result>(fence: Fence, work: (write: Write) => Promise<Result>): Promise<Result> {
    return this.#write(async (write) => {
      await requireFence(write, fence);
      return await work(write);
    });
  }

  /** A fenced change of a run, told to `onRun` in the same transaction. */
  #changing(fence: Fence, work: (write: Write) => Promise<RunRow>): Promise<RunRow> {
    return this.#fenced(fence, async (write) => {
      const run = await work(write);
      await this.#onRun?.(write.trx, run);
      return run;
    });
  }

  async #do<Result>(work: () => Promise<Result>): Promise<Result> {
    this.#requireOpen();
    const { again, toStoreError } = this.#options;
    this.#working += 1;
    try {
      return await (again === undefined ? work() : again(work));
    } catch (error) {
      throw toStoreError(error);
    } finally {
      this.#working -= 1;
      if (this.#working === 0) this.#idle();
    }
  }

  #requireOpen(): void {
    if (this.#closing !== null) {
      throw new StoreError("closed", "The store was disposed of. Open it again before using it.");
    }
  }
}
