import type { Project } from "@universe-optimize/project-list";
import type { RunRow } from "@universe-optimize/state-store";
import type { ErrorFacts } from "../errors.ts";
import type { Services } from "../services.ts";
import { isBeyond, lastStepOfProof, parsePosition, type StepName } from "../state/step-name.ts";
import { advanceOnce, type RunProgress } from "./advance.ts";
import { wantsRunAfterEviction } from "./after-eviction.ts";
import { wantsStrongerModel } from "./choose-model.ts";
import { readFacts } from "./facts.ts";
import { holdLease } from "./lease-keeper.ts";
import { leaseOwner } from "./lease-owner.ts";
import { proofPlace } from "./proof-place.ts";
import { stopWasRequested } from "./stop-request.ts";

/** How soon a stop that somebody asks for is noticed. */
const STOP_CHECK_MS = 2000;

/** A stretch of the path: go until `through` is done. */
export interface DriveOptions {
  /** Last step to do. */
  readonly through: StepName;
  /** Begin a new run when the latest one is finished; otherwise a finished run is left as it is. */
  readonly again?: boolean;
  /** Begin a new run when the latest one failed or was destroyed. */
  readonly againIfFailed?: boolean;
  /** `false`: look once and return instead of waiting for the agent. Default true. */
  readonly wait?: boolean;
  readonly signal: AbortSignal;
  readonly report: (progress: RunProgress) => void;
}

/** Where the run stands when the stretch is over. */
export interface DriveResult {
  readonly run: RunRow;
  /** Set when a person must act first. */
  readonly blocked: ErrorFacts | null;
}

/**
 * Drives a project's run along the path, from where its journal stands. One process at a time holds a project; a second one
 * gets `busy`. Aborting the signal leaves the run where it is: the next call goes on from there.
 *
 * @throws PipelineError `busy`; StoreError `stale_lease`; the signal's reason when aborted
 */
export async function drive(
  services: Services,
  project: Project,
  options: DriveOptions,
): Promise<DriveResult> {
  const { store, clock } = services;
  await using lease = await holdLease(store, project.id, leaseOwner());
  const signal = AbortSignal.any([options.signal, lease.signal]);
  const input = { services, project, fence: lease.fence, signal, report: options.report };

  let run = await store.latestRun(project.id);
  if (run === null || wantsNewRun(run, options)) run = await store.createRun(lease.fence, project.id, "fork");
  // The first look is now, whatever the row says: somebody asked. Pauses are for what follows.
  for (let first = true; ; first = false) {
    signal.throwIfAborted();
    const position = parsePosition(run.step);
    const proofOn = proofPlace(services.config, readFacts(run));
    // A proof is over when its machine is gone.
    const through = options.through === "prove" ? lastStepOfProof(proofOn) : options.through;
    if (position === "finished" || isBeyond(position, through, proofOn)) return { run, blocked: null };
    if (!first && Date.parse(run.due_at) > clock.now().getTime()) {
      if (options.wait === false) return { run, blocked: null };
      await pauseUntilDue(services, run, signal);
    }
    const advanced = await advanceOnce(input, run);
    run = advanced.run;
    // Only who goes all the way wants another run.
    const again = options.through === "render" ? await whyOnceMore(services, run) : null;
    if (again !== null) {
      options.report({ kind: "line", step: position, message: `once more, ${again}` });
      run = await store.createRun(lease.fence, project.id, "fork");
    }
    if (advanced.blocked !== null) return { run, blocked: advanced.blocked };
  }
}

/** Why a run that has just ended is followed by another one; null: it is not. */
async function whyOnceMore({ config, store }: Services, run: RunRow): Promise<string | null> {
  if (run.step !== "finished" || run.outcome === "completed") return null;
  if (run.outcome === "failed" && wantsStrongerModel(config.agent, readFacts(run)))
    return `with ${config.agent.fallbackModel}`;
  if (!wantsRunAfterEviction(config.run, await store.runs(run.project_id))) return null;
  return "because its machine was taken back";
}

function wantsNewRun(run: RunRow, { again, againIfFailed }: DriveOptions): boolean {
  if (run.step !== "finished") return false;
  return again === true || (againIfFailed === true && run.outcome !== "completed");
}

/** Sleeps until the run is due; a stop that somebody asks for ends the pause of the step that obeys it. */
async function pauseUntilDue(services: Services, run: RunRow, signal: AbortSignal): Promise<void> {
  const { clock, store } = services;
  for (;;) {
    const left = Date.parse(run.due_at) - clock.now().getTime();
    if (left <= 0) return;
    await clock.sleep(Math.min(left, STOP_CHECK_MS), signal);
    if (run.step === "watch" && (await stopWasRequested(store, run))) return;
  }
}
