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
  StepResult,
  StepRow,
  SuppressionRow,
} from "./rows.ts";

/** Proof of the right to write: every write of a run carries one, and touches nothing when it is stale. */
export interface Fence {
  readonly lease: string;
  readonly fence: number;
}

/** What comes from projects.json. */
export type ProjectFacts = Pick<
  ProjectRow,
  "id" | "repo" | "language" | "company" | "contact_name" | "contact_email" | "contact_title"
>;

/** What the pipeline writes into a project's row. */
export type ProjectPatch = Partial<
  Omit<
    ProjectRow,
    "id" | "repo" | "language" | "company" | "contact_name" | "contact_email" | "contact_title" | "created_at"
  >
>;

export type RunPatch = Partial<
  Pick<
    RunRow,
    "step" | "attempt" | "due_at" | "outcome" | "reason" | "session_id" | "facts_json" | "finished_at"
  >
>;

export type MachinePatch = Partial<
  Pick<
    MachineRow,
    | "state"
    | "provider_id"
    | "host"
    | "port"
    | "host_keys_json"
    | "usd_per_hour"
    | "intended_at"
    | "running_at"
    | "gone_at"
  >
>;

/** Everything that one outcome of a step writes, in one transaction. */
export interface StepOutcome {
  readonly result: StepResult;
  readonly errorCode?: string;
  readonly errorMessage?: string;
  readonly run?: RunPatch;
  readonly project?: ProjectPatch;
  readonly machine?: { readonly name: string } & MachinePatch;
  /** Replaces the run's optimizations. */
  readonly optimizations?: readonly Omit<OptimizationRow, "run_id">[];
  readonly drafts?: readonly DraftRow[];
  readonly costs?: readonly Omit<CostRow, "run_id" | "recorded_at">[];
  readonly events?: readonly NewEvent[];
}

export interface NewEvent {
  readonly kind: string;
  readonly message: string;
  readonly data?: unknown;
}

/** The row that must exist before its machine does. */
export type NewMachine = Pick<MachineRow, "name" | "provider" | "usd_per_hour"> & {
  /**
   * How many machines of the campaign may be alive with this one, over all processes; no limit without. It is checked in the
   * transaction that writes the row, so two processes never make one too many.
   */
  readonly mostAlive?: number;
};

export interface NewDecision {
  readonly projectId: string;
  readonly kind: DecisionRow["kind"];
  readonly subject: string;
  readonly reason: string;
  readonly by: string;
}

export interface NewApproval {
  readonly projectId: string;
  readonly template: string;
  readonly sha256: string;
  readonly recipient: string;
  readonly by: string;
}

export interface NewSuppression {
  /** An address, or a domain with its @. */
  readonly target: string;
  readonly reason: string;
  readonly requestedAt: Date;
}

export interface NewDelivery {
  readonly projectId: string;
  readonly template: string;
  readonly sha256: string;
  readonly channel: DeliveryRow["channel"];
  readonly reference: string | null;
  readonly messageId: string | null;
}

/**
 * The campaign's memory. One process at a time may hold a project's lease; everybody may read.
 * Every method is atomic. Outcomes are on disk when the promise resolves.
 *
 * Errors are `StoreError`s; branch on `code`.
 */
export interface StateStore extends AsyncDisposable {
  /** Version of the schema, the number of the last migration. */
  readonly schemaVersion: number;

  /** Inserts projects that are new and refreshes the facts of known ones; removes none. */
  syncProjects(projects: readonly ProjectFacts[]): Promise<void>;
  projects(): Promise<ProjectRow[]>;
  project(id: string): Promise<ProjectRow | null>;

  /**
   * Takes the lease when it is free, expired, already `owner`'s, or when `mayTakeFrom` says that its holder is dead.
   * null: somebody else holds it. Every acquisition has a greater fence than all before it.
   */
  acquireLease(
    name: string,
    owner: string,
    ttlMs: number,
    mayTakeFrom?: (holder: LeaseRow) => boolean,
  ): Promise<LeaseRow | null>;
  /** Throws `stale_lease` when the lease went to somebody else. */
  renewLease(fence: Fence, ttlMs: number): Promise<void>;
  /** Succeeds too when the lease is not held any more. */
  releaseLease(fence: Fence): Promise<void>;
  lease(name: string): Promise<LeaseRow | null>;

  /** The next run of a project, at `step`, due now. Throws `run_active` when the latest one is not finished. */
  createRun(fence: Fence, projectId: string, step: string): Promise<RunRow>;
  latestRun(projectId: string): Promise<RunRow | null>;
  run(id: string): Promise<RunRow | null>;
  runs(projectId: string): Promise<RunRow[]>;
  /** Runs of all projects that are not finished, those first that are due first. */
  unfinishedRuns(): Promise<RunRow[]>;
  /** Changes outside a step: a stop that somebody asked for, say. */
  updateRun(fence: Fence, runId: string, change: Omit<StepOutcome, "result">): Promise<RunRow>;

  /**
   * Journals the intent: one more attempt of the run's step, and marks attempts that a dead process left open as
   * `abandoned`. `machine` is the row that must exist before its machine does; one of that name is left as it is.
   * Throws `capacity` when as many machines as `mostAlive` are alive already, and writes nothing.
   */
  beginStep(fence: Fence, runId: string, step: string, machine?: NewMachine): Promise<StepRow>;
  /** Journals the outcome with all that it changes; returns the run as it is then. */
  finishStep(fence: Fence, step: StepRow, outcome: StepOutcome): Promise<RunRow>;
  steps(runId: string): Promise<StepRow[]>;

  machine(name: string): Promise<MachineRow | null>;
  /** Machines of a run, or all that are not gone. */
  machines(filter: { readonly runId: string } | "alive"): Promise<MachineRow[]>;
  optimizations(runId: string): Promise<OptimizationRow[]>;
  drafts(projectId: string): Promise<DraftRow[]>;
  /** A person sent them (or that one): sets `sent_at` where it is null. Returns the drafts of the project. */
  markSent(projectId: string, at: Date, template?: string): Promise<DraftRow[]>;
  costs(runId: string): Promise<CostRow[]>;

  /** Journals a person's decision. Throws `constraint` without a reason. */
  decide(decision: NewDecision): Promise<DecisionRow>;
  /** Oldest first. */
  decisions(projectId: string): Promise<DecisionRow[]>;
  /** Replaces an earlier approval of the same draft. */
  approve(approval: NewApproval): Promise<ApprovalRow>;
  approvals(projectId: string): Promise<ApprovalRow[]>;
  /** Whether there was one. */
  withdrawApproval(projectId: string, template: string): Promise<boolean>;
  /** The first word counts: the row of a target that is known stays as it is. */
  suppress(suppression: NewSuppression): Promise<SuppressionRow>;
  /** By target. */
  suppressions(): Promise<SuppressionRow[]>;
  recordDelivery(delivery: NewDelivery): Promise<DeliveryRow>;
  /** Oldest first. */
  deliveries(projectId: string): Promise<DeliveryRow[]>;

  /** What was remembered under `key`, or null when there is nothing or it has expired. */
  recall(key: string): Promise<unknown>;
  /** Keeps a JSON value until `expiresAt` (null: for good), for every process; null as value forgets it. */
  remember(key: string, value: unknown, expiresAt: Date | null): Promise<void>;

  appendEvent(event: NewEvent & { readonly projectId?: string; readonly runId?: string }): Promise<EventRow>;
  /** Oldest first; `after` is an event id. */
  events(filter?: {
    readonly projectId?: string;
    readonly after?: number;
    readonly limit?: number;
  }): Promise<EventRow[]>;
}
