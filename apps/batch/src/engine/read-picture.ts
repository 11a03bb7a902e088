import {
  isBeyond,
  lastStepOfProof,
  parsePosition,
  proofPlace,
  type Services,
  wantsStrongerModel,
} from "@universe-optimize/pipeline";
import { readFacts } from "@universe-optimize/pipeline/facts";
import type { MachineRow, RunRow } from "@universe-optimize/state-store";
import { endClass, failureClass } from "../decide/end-class.ts";
import type { ProjectPicture, RunPicture } from "../decide/picture.ts";

/** Runs that are over do not change, so each is read once: by its id, with the time of its end. */
export type PictureCache = Map<string, RunPicture>;

type Needed = Pick<Services, "store" | "config">;

/** Reads a project with all of its runs as decisions see it. */
export async function readProject(
  services: Needed,
  id: string,
  now: number,
  cache: PictureCache,
): Promise<ProjectPicture> {
  const runs: RunPicture[] = [];
  for (const run of await services.store.runs(id)) {
    const known = cache.get(run.id);
    if (known !== undefined && run.finished_at !== null && known.finishedAt === Date.parse(run.finished_at)) {
      runs.push(known);
      continue;
    }
    const picture = await readRun(services, run, now);
    if (picture.end !== null) cache.set(run.id, picture);
    runs.push(picture);
  }
  return { id, runs };
}

async function readRun({ store, config }: Needed, run: RunRow, now: number): Promise<RunPicture> {
  const facts = readFacts(run);
  const position = parsePosition(run.step);
  const place = proofPlace(config, facts);
  const over = position === "finished";
  const { agentUsdPerRun, machineUsdPerHour } = config.batch.assume;
  const machines = over && machineUsdPerHour === null ? [] : await store.machines({ runId: run.id });
  const costs = await store.costs(run.id);
  const claims = run.outcome === "completed" ? await store.optimizations(run.id) : [];
  const sum = (kind: "agent" | "machine"): number =>
    costs.filter((cost) => cost.kind === kind).reduce((total, { usd }) => total + usd, 0);
  // What nobody measured counts as what it is assumed to be, once it is over.
  const unmeasured = facts.agentStarts !== undefined && !costs.some(({ kind }) => kind === "agent");
  const assumedUsd = unmeasured && run.outcome !== null ? (agentUsdPerRun ?? 0) : 0;
  const stopCode = facts.stop?.code ?? null;
  const end = over
    ? endClass({ outcome: run.outcome, claims: claims.length, reason: run.reason, stopCode })
    : null;
  const failed =
    end === "failed" ? (await store.steps(run.id)).findLast(({ result }) => result === "failed") : undefined;
  return {
    id: run.id,
    number: run.number,
    step: position,
    end,
    reason: run.reason,
    holdsSlot: holdsSlot(run.step, place),
    agentOpen: !over && run.outcome === null,
    blocked: !over && facts.blocked === true,
    wantsStronger: run.outcome === "failed" && wantsStrongerModel(config.agent, facts),
    dueAt: Date.parse(run.due_at),
    createdAt: Date.parse(run.created_at),
    finishedAt: run.finished_at === null ? null : Date.parse(run.finished_at),
    agentUsd: sum("agent") + assumedUsd,
    machineUsd:
      machineUsdPerHour === null
        ? sum("machine") + machines.reduce((total, machine) => total + usdUntil(machine, now), 0)
        : machines.reduce((total, machine) => total + hoursOf(machine, now) * machineUsdPerHour, 0),
    claims: claims.length,
    verified: claims.filter(({ label }) => label === "verified").length,
    failureClass:
      end === null
        ? null
        : failureClass({
            end,
            reason: run.reason,
            stopCode,
            lastError:
              failed === undefined ? null : { step: failed.step, code: failed.error_code ?? "unknown" },
          }),
  };
}

/** Whether a run at this step has a machine, or will have one before it is over. */
function holdsSlot(step: string, place: ReturnType<typeof proofPlace>): boolean {
  const position = parsePosition(step);
  return position !== "finished" && !isBeyond(position, lastStepOfProof(place), place);
}

/** What a machine cost until now; one that is gone is booked. */
export function usdUntil(machine: MachineRow, now: number): number {
  if (machine.state === "gone") return 0;
  return hoursOf(machine, now) * machine.usd_per_hour;
}

/** From the intent to the confirmed end. */
function hoursOf({ intended_at, gone_at }: MachineRow, now: number): number {
  const end = gone_at === null ? now : Date.parse(gone_at);
  return Math.max(0, end - Date.parse(intended_at)) / 3_600_000;
}
