import type { Project } from "@universe-optimize/project-list";
import type { Fence, NewMachine, RunRow, StepOutcome, StepRow } from "@universe-optimize/state-store";
import { errorFacts, type ErrorFacts } from "../errors.ts";
import type { Services } from "../services.ts";
import { parsePosition, type Position, type StepName } from "../state/step-name.ts";
import {
  isWaitForRoom,
  type RunEvent,
  type RunState,
  transition,
  type Transition,
} from "../state/transition.ts";
import { STEP_TABLE } from "../steps/index.ts";
import type { StepContext, StepReport } from "../steps/step.ts";
import { readFacts, type RunFacts, writeFacts } from "./facts.ts";
import { proofPlace } from "./proof-place.ts";
import { sessionIdOf } from "./run-identity.ts";

const MAX_RETRY_MS = 15 * 60_000;

/** What happened to a run, for whoever shows it. */
export type RunProgress =
  | { readonly kind: "begun"; readonly step: StepName; readonly attempt: number }
  | { readonly kind: "line"; readonly step: StepName; readonly message: string }
  | {
      readonly kind: "done";
      readonly step: StepName;
      readonly next: Position;
      readonly reason: string | null;
    }
  | { readonly kind: "waiting"; readonly step: StepName; readonly ms: number }
  | {
      readonly kind: "failed";
      readonly step: StepName;
      readonly error: ErrorFacts;
      readonly retryInMs: number | null;
    };

export interface AdvanceInput {
  readonly services: Services;
  readonly project: Project;
  readonly fence: Fence;
  readonly signal: AbortSignal;
  readonly report: (progress: RunProgress) => void;
}

/** The run after one step, and whether it is blocked on a person. */
export interface Advanced {
  readonly run: RunRow;
  readonly blocked: ErrorFacts | null;
}

/**
 * Does the run's next step once: journals the intent, executes, journals the outcome with everything that it changes.
 * A crash anywhere in between leaves the run at this step, and every step may be done again.
 *
 * @throws StoreError `stale_lease` when somebody else took over; the signal's reason when aborted
 */
export async function advanceOnce(input: AdvanceInput, run: RunRow): Promise<Advanced> {
  const { services, fence, signal, report } = input;
  const position = parsePosition(run.step);
  if (position === "finished") return { run, blocked: null };
  const step = STEP_TABLE[position];
  const context: StepContext = {
    services,
    project: input.project,
    run,
    facts: readFacts(run),
    signal,
    progress: (message) => report({ kind: "line", step: position, message }),
  };
  const intent = await step.intent?.(context);
  const row = await services.store.beginStep(fence, run.id, position, intent);
  report({ kind: "begun", step: position, attempt: row.attempt });

  let event: RunEvent;
  let made: StepReport | null = null;
  let error: ErrorFacts | null = null;
  try {
    made = await services.forkNotices.hearing(context.progress, () => step.execute(context));
    event = made;
  } catch (thrown) {
    // An abort says nothing about the step: the attempt stays open and the next process does it again.
    signal.throwIfAborted();
    error = errorFacts(thrown);
    event = eventOf(error, services.clock.now());
  }
  const { outcome, reason } = run;
  const proofOn = proofPlace(services.config, context.facts);
  const state: RunState = { step: position, attempt: row.attempt, outcome, reason, proofOn };
  const next = transition(state, event, {
    retryMs: services.config.run.retrySeconds * 1000,
    maxRetryMs: MAX_RETRY_MS,
  });
  const after = await services.store.finishStep(
    fence,
    row,
    outcomeOf({ context, row, position, intent, event, next, made, error }),
  );
  tell(report, position, event, next, error);
  return { run: after, blocked: next.blocked ? error : null };
}

function eventOf({ code, message, retryable, retryAt }: ErrorFacts, now: Date): RunEvent {
  if (code === "machine_gone" || code === "machine_evicted") return { kind: "machine_gone", message };
  const wait = retryAt === undefined ? {} : { retryInMs: retryAt.getTime() - now.getTime() };
  return { kind: "failed", code, message, retryable, ...wait };
}

/** A step that was done once, and where the run stands after it. */
interface Done {
  readonly context: StepContext;
  readonly row: StepRow;
  readonly position: StepName;
  readonly intent: NewMachine | undefined;
  readonly event: RunEvent;
  readonly next: Transition;
  readonly made: StepReport | null;
  readonly error: ErrorFacts | null;
}

function outcomeOf({ context, row, position, intent, event, next, made, error }: Done): StepOutcome {
  const { services, facts } = context;
  const now = services.clock.now();
  const finished = next.step === "finished";
  const dueAt = new Date(now.getTime() + next.dueInMs).toISOString();
  const waits = isWaitForRoom(position, event) ? { until: dueAt, reason: error?.message ?? "" } : null;
  const merged: RunFacts = {
    ...facts,
    ...made?.facts,
    blocked: next.blocked,
    waitsForRoom: waits,
    ...(error?.code === "machine_evicted" ? { evicted: true } : {}),
  };
  return {
    ...made?.changes,
    // What costs is what comes after the wait.
    ...(waits === null || intent === undefined ? {} : { machine: { name: intent.name, intended_at: dueAt } }),
    result: event.kind === "succeeded" ? "succeeded" : event.kind === "again" ? "again" : "failed",
    ...(error === null ? {} : { errorCode: error.code, errorMessage: error.message }),
    run: {
      step: next.step,
      attempt: next.attempts,
      due_at: dueAt,
      outcome: next.outcome,
      reason: next.reason,
      session_id: sessionIdOf(context.run.id),
      facts_json: writeFacts(merged),
      ...(finished ? { finished_at: now.toISOString() } : {}),
    },
    project: {
      ...made?.changes?.project,
      status: next.status,
      ...(next.outcome !== null && context.run.outcome === null ? { completed_at: now.toISOString() } : {}),
    },
    events: [
      ...(made?.changes?.events ?? []),
      ...(event.kind === "again" ? [] : [{ kind: `step.${row.step}`, message: describe(row, event, next) }]),
    ],
  };
}

function describe(row: StepRow, event: RunEvent, next: Transition): string {
  switch (event.kind) {
    case "succeeded":
      return `${row.step} done${next.reason === null ? "" : `: ${next.reason}`}`;
    case "again":
      return `${row.step} goes on`;
    case "machine_gone":
    case "failed":
      return `${row.step} failed (attempt ${row.attempt}): ${event.message}`;
  }
}

function tell(
  report: (progress: RunProgress) => void,
  step: StepName,
  event: RunEvent,
  next: Transition,
  error: ErrorFacts | null,
): void {
  if (event.kind === "again") report({ kind: "waiting", step, ms: next.dueInMs });
  else if (error !== null)
    report({ kind: "failed", step, error, retryInMs: next.repeat && !next.blocked ? next.dueInMs : null });
  else report({ kind: "done", step, next: next.step, reason: next.reason });
}
