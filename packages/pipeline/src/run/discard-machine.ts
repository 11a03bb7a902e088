import type { Project } from "@universe-optimize/project-list";
import type { RunRow } from "@universe-optimize/state-store";
import { PipelineError } from "../errors.ts";
import type { Services } from "../services.ts";
import { isBeyond, parsePosition } from "../state/step-name.ts";
import { destroyStep } from "../steps/destroy.ts";
import type { StepContext } from "../steps/step.ts";
import { readFacts } from "./facts.ts";
import { holdLease } from "./lease-keeper.ts";
import { leaseOwner } from "./lease-owner.ts";

/**
 * Removes a run's machine by hand. Before results were collected that ends the run, and its project is `destroyed`.
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
  const row = await store.beginStep(lease.fence, run.id, "destroy");
  const report = await destroyStep.execute(context);
  const now = clock.now().toISOString();
  const over = position !== "finished" && !isBeyond(position, "destroy");
  return await store.finishStep(lease.fence, row, {
    ...report.changes,
    result: "succeeded",
    ...(over && run.outcome === null
      ? {
          run: {
            step: "finished",
            attempt: 0,
            outcome: "stopped",
            reason: "its machine was removed by hand",
            finished_at: now,
          },
          project: { status: "destroyed", completed_at: now },
        }
      : over
        ? { run: { step: run.outcome === "completed" ? "contextualize" : "finished", attempt: 0 } }
        : {
            run: {
              step: position,
              attempt: 0,
              ...(run.finished_at === null ? {} : { finished_at: run.finished_at }),
            },
          }),
    events: [{ kind: "machine.removed", message: "removed by hand" }],
  });
}
