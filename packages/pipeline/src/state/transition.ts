import type { ProjectStatus, RunOutcome } from "@universe-optimize/state-store";
import {
  isBeyond,
  lastStepOfProof,
  type Position,
  type ProofPlace,
  STATUS_AT,
  stepAfter,
  type StepName,
} from "./step-name.ts";

/** Where a run stands: all that decides what comes next. */
export interface RunState {
  readonly step: StepName;
  /** How often `step` has been begun, this time included. */
  readonly attempt: number;
  readonly outcome: RunOutcome | null;
  readonly reason: string | null;
  /** Where this run's claims are measured: what its path is. */
  readonly proofOn: ProofPlace;
}

/** What came of doing `RunState.step` once. */
export type RunEvent =
  /** Done. `outcome` decides the run (collect's verdict, or a skip). */
  | { readonly kind: "succeeded"; readonly outcome?: RunOutcome; readonly reason?: string }
  /** Not yet: ask again after this long. */
  | { readonly kind: "again"; readonly afterMs: number }
  | {
      readonly kind: "failed";
      readonly code: string;
      readonly message: string;
      readonly retryable: boolean;
      /** Before then another try is in vain, from now. */
      readonly retryInMs?: number;
    }
  /** The provider is sure that the machine does not exist any more, or that it took it back. */
  | { readonly kind: "machine_gone"; readonly message: string };

export interface TransitionPolicy {
  /** First pause before a retry; it doubles with every attempt. */
  readonly retryMs: number;
  readonly maxRetryMs: number;
}

/** Where the run stands next. */
export interface Transition {
  readonly step: Position;
  /** true: the same step again. */
  readonly repeat: boolean;
  /** What `RunState.attempt` counts on from when it is begun again; 0 for another step. */
  readonly attempts: number;
  /** Pause before `step`, from now. */
  readonly dueInMs: number;
  readonly outcome: RunOutcome | null;
  readonly reason: string | null;
  readonly status: ProjectStatus;
  /** A person must act before `step` can succeed; it is tried again when somebody asks for it. */
  readonly blocked: boolean;
}

/** Tries of a retryable failure; steps that are not listed try without end. */
const MAX_ATTEMPTS: Partial<Record<StepName, number>> = {
  fork: 5,
  provision: 5,
  bootstrap: 3,
  launch: 3,
  "provision-proof": 5,
  prove: 5,
  contextualize: 3,
  render: 3,
};

/** Where no machine is to be had: that is nobody's failure, so it is waited out however often, with a look once an hour. */
const WAITS_FOR_ROOM: ReadonlySet<StepName> = new Set(["provision", "provision-proof"]);
const NO_ROOM: ReadonlySet<string> = new Set(["capacity", "quota", "size_unavailable"]);
const LONGEST_WAIT_MS = 3_600_000;

/** Whether a failure only says that there is no room until some time; then nothing of the machine is left either. */
export function isWaitForRoom(step: StepName, event: RunEvent): boolean {
  return (
    event.kind === "failed" &&
    event.retryInMs !== undefined &&
    NO_ROOM.has(event.code) &&
    WAITS_FOR_ROOM.has(step)
  );
}

/**
 * The state machine of a run: pure, so that every path is a row of a test.
 *
 * Three rules hold whatever happens: a run whose machine may exist passes `destroy`, a run whose agent was started passes
 * `collect` before it, and a run whose proof machine may exist passes `destroy-proof`, so neither a machine nor a result is lost
 * to an error. A proof that fails leaves its claims unproven; it loses no results.
 */
export function transition(state: RunState, event: RunEvent, policy: TransitionPolicy): Transition {
  switch (event.kind) {
    case "again":
      return { ...stay(state, event.afterMs, state.reason, false), attempts: 0 };
    case "succeeded":
      return afterSuccess(state, event.outcome ?? state.outcome, event.reason ?? state.reason);
    case "machine_gone":
      return afterLoss(state, event.message, policy);
    case "failed":
      return afterFailure(state, event, policy);
  }
}

function afterSuccess(state: RunState, outcome: RunOutcome | null, reason: string | null): Transition {
  // Without results there is nothing to write about: the run ends with its machine.
  if (state.step === "destroy" && outcome !== "completed") return finish(state, outcome ?? "failed", reason);
  // There is nothing to prove either.
  if (state.step === "collect" && outcome !== "completed") return go(state, "destroy", outcome, reason);
  const next = stepAfter(state.step, state.proofOn);
  if (next === "finished") return finish(state, outcome ?? "completed", reason);
  if (outcome === "skipped") return finish(state, outcome, reason);
  return go(state, next, outcome, reason);
}

function afterLoss(state: RunState, message: string, policy: TransitionPolicy): Transition {
  switch (state.step) {
    case "provision":
    case "bootstrap":
      return go(state, "destroy", "stopped", message);
    case "launch":
    case "watch":
      // What was harvested before is still worth collecting; `collect` decides from the files that are here.
      return go(state, "collect", null, message);
    case "collect":
      return go(state, "destroy", state.outcome ?? "stopped", message);
    case "destroy":
    case "destroy-proof":
      return afterSuccess(state, state.outcome, state.reason);
    case "provision-proof":
    case "prove":
      return go(state, lastStepOfProof(state.proofOn), state.outcome, message);
    case "fork":
    case "contextualize":
    case "render":
      return afterFailure(state, { kind: "failed", code: "machine_gone", message, retryable: false }, policy);
  }
}

function afterFailure(
  state: RunState,
  event: Extract<RunEvent, { kind: "failed" }>,
  policy: TransitionPolicy,
): Transition {
  if (isWaitForRoom(state.step, event)) {
    const pause = Math.min(Math.max(event.retryInMs ?? 0, policy.retryMs), LONGEST_WAIT_MS);
    return { ...stay(state, pause, state.reason, false), attempts: state.attempt - 1 };
  }
  const limit = MAX_ATTEMPTS[state.step] ?? Number.POSITIVE_INFINITY;
  if (event.retryable && state.attempt < limit) {
    const pause = Math.min(policy.retryMs * 2 ** Math.min(state.attempt - 1, 20), policy.maxRetryMs);
    return stay(state, pause, state.reason, false);
  }
  const reason = `${state.step}: ${event.message}`;
  switch (state.step) {
    case "fork":
      return finish(state, "failed", reason);
    case "provision":
    case "bootstrap":
      return go(state, "destroy", "failed", reason);
    case "launch":
    case "watch":
      // The agent may have been started: its results come first, then the machine goes.
      return go(state, "collect", null, reason);
    case "provision-proof":
      // Nothing was made yet, and what holds the branch back holds the proof back.
      if (event.code === "secret_found") return stay(state, policy.maxRetryMs, reason, true);
      return go(state, lastStepOfProof(state.proofOn), state.outcome, reason);
    case "prove":
      return go(state, lastStepOfProof(state.proofOn), state.outcome, reason);
    case "collect":
    case "destroy":
    case "destroy-proof":
    case "contextualize":
    case "render":
      // Going on would lose results or leak a machine, or needs a person (a broken template): wait for one.
      return stay(state, policy.maxRetryMs, reason, true);
  }
}

function go(state: RunState, step: StepName, outcome: RunOutcome | null, reason: string | null): Transition {
  return {
    step,
    repeat: false,
    attempts: 0,
    dueInMs: 0,
    outcome,
    reason,
    status: statusOf(step, outcome, state.proofOn),
    blocked: false,
  };
}

function stay(state: RunState, dueInMs: number, reason: string | null, blocked: boolean): Transition {
  const { step, outcome } = state;
  return {
    step,
    repeat: true,
    attempts: state.attempt,
    dueInMs,
    outcome,
    reason,
    status: statusOf(step, outcome, state.proofOn),
    blocked,
  };
}

function finish(state: RunState, outcome: RunOutcome, reason: string | null): Transition {
  return {
    step: "finished",
    repeat: false,
    attempts: 0,
    dueInMs: 0,
    outcome,
    reason,
    status: statusOf("finished", outcome, state.proofOn),
    blocked: false,
  };
}

function statusOf(step: Position, outcome: RunOutcome | null, proofOn: ProofPlace): ProjectStatus {
  switch (outcome) {
    case "completed":
      return step !== "finished" && !isBeyond(step, "collect", proofOn) ? "running" : "completed";
    case "failed":
    case "skipped":
      return "failed";
    case "stopped":
      return "destroyed";
    case null:
      return step === "finished" ? "completed" : STATUS_AT[step];
  }
}
