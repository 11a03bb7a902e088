import type { Project } from "@universe-optimize/project-list";
import type { RunRow, StepOutcome } from "@universe-optimize/state-store";
import { PipelineError } from "../errors.ts";
import { machineName, type MachinePurpose } from "../machine/machine-request.ts";
import type { Services } from "../services.ts";
import { isBeyond, parsePosition, type Position } from "../state/step-name.ts";
import { destroyMachine } from "../steps/destroy.ts";
import type { StepContext } from "../steps/step.ts";
import { readFacts } from "./facts.ts";
import { holdLease } from "./lease-keeper.ts";
import { leaseOwner } from "./lease-owner.ts";

/**
 * Removes a run's machines by hand. Before results were collected that ends the run, and its project is `destroyed`.
 *
 * @throws PipelineError `busy`, `not_now` (no machine, or results would be lost without `discard`)
 */
export async function discardMachine(
  services: Services,
  project: Project,
  options: {
    readonly discard: boolean;
    readonly signal: AbortSignal;
    readonly progress: (message: string) => void;
  },
): Promise<RunRow> {
  const { store, clock } = services;
  await using lease = await holdLease(store, project.id, leaseOwner());
  const run = await store.latestRun(project.id);
  if (run === null)
    throw new PipelineError("not_now", `${project.id} has no run, so no machine.`, { projectId: project.id });
  const position = parsePosition(run.step);
  const started = position === "watch" || position === "collect" || position === "launch";
  if (started && !options.discard)
    throw new PipelineError(
      "not_now",
      `${project.id} may have results on its machine. Fetch them with 'uo stop ${project.id}' and 'uo collect ${project.id}', or give them up with --discard.`,
      { projectId: project.id },
    );
  const context: StepContext = {
    services,
    project,
    run,
    facts: readFacts(run),
    signal: AbortSignal.any([options.signal, lease.signal]),
    progress: options.progress,
  };
  if (await isAlive(context, "proof")) {
    const step = await store.beginStep(lease.fence, run.id, "destroy-proof");
    const { changes } = await destroyMachine(context, "proof");
    await store.finishStep(lease.fence, step, { ...changes, result: "succeeded", run: { step: position } });
  }
  const row = await store.beginStep(lease.fence, run.id, "destroy");
  const report = await destroyMachine(context, "agent");
  const now = clock.now().toISOString();
  return await store.finishStep(lease.fence, row, {
    ...report.changes,
    result: "succeeded",
    ...afterwards(run, position, now),
    events: [{ kind: "machine.removed", message: "removed by hand" }],
  });
}

async function isAlive({ services, project, run }: StepContext, purpose: MachinePurpose): Promise<boolean> {
  const row = await services.store.machine(machineName(services, project, run, purpose));
  return row !== null && row.state !== "gone";
}

/** Where a run stands whose machines are gone. */
function afterwards(run: RunRow, position: Position, now: string): Pick<StepOutcome, "run" | "project"> {
  const stay = {
    step: position,
    attempt: 0,
    ...(run.finished_at === null ? {} : { finished_at: run.finished_at }),
  };
  if (position === "finished") return { run: stay };
  const collected = run.outcome === "completed";
  if (position === "provision-proof" || position === "prove" || position === "destroy-proof")
    return { run: { step: "contextualize", attempt: 0 } };
  if (isBeyond(position, "destroy", "none")) return { run: stay };
  if (run.outcome !== null) return { run: { step: collected ? "contextualize" : "finished", attempt: 0 } };
  const reason = "its machine was removed by hand";
  return {
    run: { step: "finished", attempt: 0, outcome: "stopped", reason, finished_at: now },
    project: { status: "destroyed", completed_at: now },
  };
}
