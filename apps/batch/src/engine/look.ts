import { type RunProgress, type Services, type StepName } from "@universe-optimize/pipeline";
import { errorFacts } from "@universe-optimize/pipeline/errors";
import type { Project } from "@universe-optimize/project-list";
import type { RunRow } from "@universe-optimize/state-store";
import { ledgerOf, type RunCeiling } from "../decide/budget.ts";
import { keepMachine } from "../decide/keep.ts";
import type { ProjectPicture } from "../decide/picture.ts";
import { batchMemory, type Keeping } from "./batch-memory.ts";
import { driveGently } from "./drive-gently.ts";
import { usdUntil } from "./read-picture.ts";

/** When a project that another process holds is looked at again. */
const BUSY_MS = 10_000;
/** When a run that found no room for its machine asks again. */
const NO_ROOM_MS = 5000;

export interface LookInput {
  readonly services: Services;
  readonly project: Project;
  /** Somebody wants a look now, whatever the run's time is. */
  readonly wanted: boolean;
  readonly signal: AbortSignal;
  readonly ceiling: RunCeiling & { readonly usdPerHour: number };
  readonly projects: () => readonly ProjectPicture[];
  readonly progress: (progress: RunProgress) => void;
  readonly lag: (seconds: number) => void;
  /** The machine of this failed run is kept, or is not and why. */
  readonly onKept: (run: RunRow, keeping: Keeping) => void;
}

/** What a look came to. */
export interface LookResult {
  readonly run: RunRow | null;
  /** When to look again; null: the run is over, or there is none. */
  readonly again: Date | null;
}

/**
 * Takes a project's run as far as it goes without waiting. A run whose time has not come is left alone, so a machine is never
 * asked faster than the run wants. Begins no run.
 */
export async function lookAt(input: LookInput): Promise<LookResult> {
  const { services, project, signal } = input;
  const { store, config } = services;
  let run = await store.latestRun(project.id);
  if (run === null || run.step === "finished") return { run, again: null };
  const late = Date.now() - Date.parse(run.due_at);
  if (late < 0 && !input.wanted) return { run, again: new Date(run.due_at) };
  input.lag(late / 1000);
  for (;;) {
    signal.throwIfAborted();
    if (wantsKeeping(run)) {
      const until = await keptUntil(input, run);
      if (until > Date.now()) return { run, again: new Date(until) };
    }
    const through: StepName =
      run.outcome === "completed"
        ? "render"
        : config.batch.keep.hours > 0 && run.outcome === null
          ? "collect"
          : "destroy";
    try {
      const result = await driveGently(
        services,
        project,
        { through, signal, report: input.progress },
        config.batch.shutdownSeconds * 1000,
      );
      run = result.run;
      if (run.step === "finished") return { run, again: null };
      if (result.blocked !== null || Date.parse(run.due_at) > Date.now())
        return { run, again: new Date(run.due_at) };
    } catch (error) {
      signal.throwIfAborted();
      const { code } = errorFacts(error);
      // Somebody else drives it, or took over: the journal goes on there.
      if (code === "busy" || code === "stale_lease") return { run, again: new Date(Date.now() + BUSY_MS) };
      // As many machines as may be are alive: somebody else began one, or a proof was asked for.
      if (code === "capacity") return { run, again: new Date(Date.now() + NO_ROOM_MS) };
      throw error;
    }
  }
}

/** A failed run between its results and the removal of its machine. */
function wantsKeeping({ step, outcome }: RunRow): boolean {
  return step === "destroy" && (outcome === "failed" || outcome === "stopped");
}

/** Until when the run's machine is kept (ms). Decided once, and remembered: a restart prolongs nothing. */
async function keptUntil(input: LookInput, run: RunRow): Promise<number> {
  const { services, ceiling } = input;
  const { store, config } = services;
  if (config.batch.keep.hours === 0) return 0;
  const known = await batchMemory.keeping(run.id).read(store);
  if (known !== null) return known.until;
  const [machine] = await store.machines({ runId: run.id });
  if (machine?.state !== "running") return 0;
  const projects = input.projects();
  let kept = 0;
  for (const { runs } of projects)
    for (const other of runs)
      if (other.end === null && other.step === "destroy" && other.id !== run.id)
        kept += ((await batchMemory.keeping(other.id).read(store))?.until ?? 0) > Date.now() ? 1 : 0;
  const { ms, refusal } = keepMachine({
    policy: config.batch.keep,
    budget: config.batch.budget,
    kept,
    usdPerHour: ceiling.usdPerHour,
    campaign: ledgerOf(projects, ceiling),
    project: ledgerOf(
      projects.filter(({ id }) => id === input.project.id),
      ceiling,
    ),
  });
  // Not beyond the age at which every machine goes.
  const latest = Date.parse(machine.intended_at) + config.machines.ttlHours * 3_600_000;
  const until = ms === 0 ? 0 : Math.min(Date.now() + ms, latest);
  const keeping: Keeping = { until, refusal };
  await batchMemory.keeping(run.id).write(store, keeping);
  await store.appendEvent({
    kind: "machine.kept",
    message:
      until === 0
        ? `the machine of the failed run is not kept: ${refusal ?? "not configured"}`
        : `the machine of the failed run is kept until ${new Date(until).toISOString()} ($${usdUntil(machine, Date.now()).toFixed(2)} so far): 'uo ssh ${input.project.id}'; 'uo destroy ${input.project.id}' ends it`,
    projectId: run.project_id,
    runId: run.id,
  });
  input.onKept(run, keeping);
  return until;
}
