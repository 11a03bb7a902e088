import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { readGenerated } from "@universe-optimize/email-renderer";
import type { OptimizationRow, RunRow, StateStore, StepRow } from "@universe-optimize/state-store";
import { distance } from "fastest-levenshtein";
import type { EvaluatedRun } from "./evaluation.ts";

/** Longer texts are no mails; their distance would take minutes. */
const MAX_CHARS = 20_000;

/** Every run of a campaign, the oldest first within its project. */
export async function gatherRuns(store: StateStore, root: string): Promise<EvaluatedRun[]> {
  const gathered: EvaluatedRun[] = [];
  for (const project of await store.projects()) {
    const runs = await store.runs(project.id);
    for (const run of runs) {
      const isLatest = run === runs.at(-1);
      const costs = await store.costs(run.id);
      const usd = (kind: string): number =>
        costs.filter((cost) => cost.kind === kind).reduce((total, cost) => total + cost.usd, 0);
      gathered.push({
        projectId: project.id,
        repo: project.repo,
        number: run.number,
        isLatest,
        outcome: run.outcome,
        reason: run.reason,
        steps: timesOf(await store.steps(run.id)),
        machineUsd: usd("machine"),
        agentUsd: usd("agent"),
        claims: (await store.optimizations(run.id)).map(claimOf),
        drafts: isLatest ? await draftsOf(store, run, root) : [],
      });
    }
  }
  return gathered;
}

function timesOf(rows: readonly StepRow[]): EvaluatedRun["steps"] {
  const times: Record<string, { seconds: number; attempts: number }> = {};
  for (const { step, started_at, finished_at } of rows) {
    const seconds = finished_at === null ? 0 : (Date.parse(finished_at) - Date.parse(started_at)) / 1000;
    const before = times[step] ?? { seconds: 0, attempts: 0 };
    times[step] = { seconds: before.seconds + Math.max(0, seconds), attempts: before.attempts + 1 };
  }
  // A step that looks now and then lasts from its first look to its last.
  const watched = rows.filter(({ step, finished_at }) => step === "watch" && finished_at !== null);
  const [first] = watched;
  const last = watched.at(-1);
  if (first !== undefined && last?.finished_at != null)
    times["watch"] = {
      seconds: Math.max(0, (Date.parse(last.finished_at) - Date.parse(first.started_at)) / 1000),
      attempts: watched.length,
    };
  return times;
}

function claimOf({ label, quoted, reason }: OptimizationRow): EvaluatedRun["claims"][number] {
  return { label, quoted, code: /^([a-z_]+):/.exec(reason ?? "")?.[1] ?? null };
}

async function draftsOf(store: StateStore, run: RunRow, root: string): Promise<EvaluatedRun["drafts"]> {
  const drafts: EvaluatedRun["drafts"][number][] = [];
  for (const draft of await store.drafts(run.project_id)) {
    if (draft.run_id !== run.id) continue;
    const path = join(root, draft.path);
    const now = await readFile(path, "utf8").catch(() => null);
    const generated = await readGenerated(path).catch(() => null);
    if (now === null || generated === null) continue;
    drafts.push({
      template: draft.template,
      distance: distance(now.slice(0, MAX_CHARS), generated.slice(0, MAX_CHARS)),
      length: generated.length,
    });
  }
  return drafts;
}
