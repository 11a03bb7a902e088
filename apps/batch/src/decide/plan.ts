import type { BatchConfig } from "@universe-optimize/pipeline/config";
import { trippedBy } from "./breaker.ts";
import { ledgerOf, overBudget, type RunCeiling } from "./budget.ts";
import { type Canary, judgeCanary } from "./canary.ts";
import { freeSlots } from "./capacity.ts";
import { isActive, latestOf, type ProjectPicture } from "./picture.ts";
import { type NextRun, nextRun } from "./rerun.ts";
import { judgeWave, wavesOf } from "./waves.ts";

/** Why nothing new is started until a person says so. */
export interface Pause {
  readonly kind: "breaker" | "wave" | "canary" | "operator";
  readonly reason: string;
  /** ISO 8601 */
  readonly at: string;
  /** The wave that was open, from 0. */
  readonly wave: number;
}

/** What a person said last. */
export interface Resumption {
  /** ms; failures before it trip no breaker. */
  readonly at: number;
  /** Waves before this one count as passed. */
  readonly acceptedWaves: number;
  /** Failures before this moment (ms) are tried again; null: they are not. */
  readonly retryFrom: number | null;
}

export interface PlanInput {
  /** In the order of projects.json. */
  readonly projects: readonly ProjectPicture[];
  readonly policy: BatchConfig;
  readonly machines: number;
  /** Claims are proven in this campaign. */
  readonly proofs: boolean;
  readonly ceiling: RunCeiling;
  readonly now: number;
  readonly pause: Pause | null;
  readonly resumption: Resumption;
  readonly fingerprint: string;
  readonly canary: Canary | null;
  readonly aliveIn: Readonly<Record<string, number>>;
}

export interface Plan {
  /** Projects whose next run begins now. */
  readonly start: readonly string[];
  /** `working`: runs go on or wait for their time. The others: nothing new starts, and why is in `words`. */
  readonly state: "working" | "paused" | "budget" | "drained";
  readonly words: string;
  /** A pause that begins now. */
  readonly newPause: Pause | null;
  /** The canary as it is to be remembered; null: as it was. */
  readonly newCanary: Canary | null;
  /** Whether any run goes on. */
  readonly active: number;
  /** The open wave, from 0. */
  readonly wave: number;
  readonly waves: number;
  /** The verdicts of closed waves, in words. */
  readonly judged: readonly string[];
  /** When to plan again at the latest (ms); null: when something happens. */
  readonly wakeAt: number | null;
}

/** Decides what begins now. Pure: the same picture gives the same plan. */
export function plan(input: PlanInput): Plan {
  const { projects, policy, now } = input;
  const overOwnBudget = (project: ProjectPicture): string | null =>
    overBudget(
      `project ${project.id}`,
      policy.budget.project,
      ledgerOf([project], input.ceiling),
      input.ceiling,
    );
  const nextOf = new Map<string, NextRun>(
    projects.map((project) => {
      const next = nextRun(project, policy.rerun, input.resumption.retryFrom);
      // Its money is gone: what it has is what it gets.
      if (next.kind === "again" && overOwnBudget(project) !== null) return [project.id, { kind: "final" }];
      return [project.id, next];
    }),
  );
  const isFinal = (project: ProjectPicture): boolean => nextOf.get(project.id)?.kind === "final";
  // A run that waits for a person, without a machine, holds no wave up.
  const waits = (project: ProjectPicture): boolean => {
    const latest = latestOf(project);
    return latest !== null && latest.end === null && latest.blocked && !latest.holdsSlot;
  };
  const isSettled = (project: ProjectPicture): boolean => isFinal(project) || waits(project);
  const active = projects.filter(isActive).length;
  const judged: string[] = [];
  const result = (
    state: Plan["state"],
    words: string,
    more: Partial<Plan> & { readonly wave: number },
  ): Plan => ({
    start: [],
    state,
    words,
    newPause: null,
    newCanary: null,
    active,
    waves: waves.length,
    judged,
    wakeAt: null,
    ...more,
  });
  const waves = wavesOf(projects, policy.waves.sizes);

  let wave = 0;
  for (; wave < waves.length; wave += 1) {
    const verdict = judgeWave(waves[wave] ?? [], policy.waves, {
      proofs: input.proofs,
      isFinal: isSettled,
    });
    if (verdict.state === "open") break;
    judged.push(verdict.words);
    // After the last wave nothing follows that a verdict could hold back.
    if (verdict.state === "passed" || wave < input.resumption.acceptedWaves || wave === waves.length - 1)
      continue;
    const reason = `wave ${wave + 1} of ${waves.length}: ${verdict.words}`;
    if (input.pause !== null) return result("paused", input.pause.reason, { wave });
    return result("paused", reason, { wave, newPause: pauseOf("wave", reason, wave, now) });
  }
  if (input.pause !== null) return result("paused", input.pause.reason, { wave });
  const waiting = projects.filter(waits).length;
  const left = waiting === 0 ? "" : `, but for ${waiting} that need a person`;
  if (wave === waves.length)
    return result("drained", `all ${projects.length} projects are done${left}`, {
      wave: Math.max(0, waves.length - 1),
    });

  const trip = trippedBy(projects, policy.breaker, input.resumption.at);
  if (trip !== null) {
    const reason = `${trip.failures} of the latest ${trip.of} runs failed alike (${trip.failureClass}), the last one: ${trip.example ?? "without a reason"}`;
    return result("paused", reason, { wave, newPause: pauseOf("breaker", reason, wave, now) });
  }

  const canary = policy.canary
    ? judgeCanary(input.fingerprint, input.canary, projects, isFinal)
    : { kind: "passed" as const, news: false };
  if (canary.kind === "failed") {
    const reason = `the canary ${canary.projectId} of changed kit, templates or agent settings failed: ${canary.reason ?? "without a reason"}`;
    return result("paused", reason, { wave, newPause: pauseOf("canary", reason, wave, now) });
  }
  const passed: Canary | null =
    canary.kind === "passed" && canary.news
      ? { fingerprint: input.fingerprint, state: "passed", projectId: null, runNumber: 0 }
      : null;

  const wanting: string[] = [];
  let wakeAt: number | null = null;
  for (const project of waves[wave] ?? []) {
    const next = nextOf.get(project.id);
    if (canary.kind === "running" && project.id !== canary.projectId) continue;
    if (next?.kind === "first") wanting.push(project.id);
    else if (next?.kind === "again" && next.at <= now) wanting.push(project.id);
    else if (next?.kind === "again") wakeAt = Math.min(wakeAt ?? Infinity, next.at);
  }
  const room = freeSlots({
    machines: input.machines,
    holding: projects.filter((project) => isActive(project) && latestOf(project)?.holdsSlot === true).length,
    starts: policy.concurrency.starts,
    starting: projects.filter((project) => isActive(project) && STARTING.has(latestOf(project)?.step ?? ""))
      .length,
    regions: policy.concurrency.regions,
    aliveIn: input.aliveIn,
  });
  const start: string[] = [];
  let refusal: string | null = null;
  let ledger = ledgerOf(projects, input.ceiling);
  const byId = new Map(projects.map((project) => [project.id, project]));
  for (const id of wanting) {
    if (start.length >= (canary.kind === "needed" ? Math.min(1, room) : room)) break;
    const own = byId.get(id);
    refusal =
      overBudget("the campaign", policy.budget.campaign, ledger, input.ceiling) ??
      (own === undefined ? null : overOwnBudget(own));
    if (refusal !== null) break;
    start.push(id);
    ledger = {
      spent: ledger.spent,
      reserved: {
        agentUsd: ledger.reserved.agentUsd + (input.ceiling.agentUsd ?? 0),
        machineUsd: ledger.reserved.machineUsd + input.ceiling.machineUsd,
      },
      open: ledger.open + 1,
    };
  }
  const first = start[0];
  const begun: Canary | null =
    canary.kind === "needed" && first !== undefined
      ? {
          fingerprint: input.fingerprint,
          state: "running",
          projectId: first,
          runNumber: (latestOf(byId.get(first) ?? { id: first, runs: [] })?.number ?? 0) + 1,
        }
      : null;
  const newCanary = begun ?? passed;
  if (refusal !== null && start.length === 0) return result("budget", refusal, { wave, newCanary, wakeAt });
  const open = waves[wave]?.length ?? 0;
  const words = `wave ${wave + 1} of ${waves.length} (${open} projects): ${active + start.length} under way`;
  return result("working", refusal === null ? words : `${words}; ${refusal}`, {
    wave,
    start,
    newCanary,
    wakeAt,
  });
}

/** Steps at whose beginning everything is made: what `concurrency.starts` bounds. */
const STARTING: ReadonlySet<string> = new Set(["fork", "provision", "bootstrap", "launch"]);

function pauseOf(kind: Pause["kind"], reason: string, wave: number, now: number): Pause {
  return { kind, reason, at: new Date(now).toISOString(), wave };
}
