import { StoreError } from "./errors.ts";
import { insertEvent } from "./events.ts";
import type { CostRow, DraftRow, MachineRow, OptimizationRow, ProjectRow, RunRow } from "./rows.ts";
import { parameter, Statement } from "./statement.ts";
import type { RunPatch, StepOutcome } from "./store.ts";
import type { Write } from "./transaction.ts";

/** Writes everything of an outcome but the journal's own row; returns the run as it is then. */
export async function applyChange(
  write: Write,
  run: RunRow,
  change: Omit<StepOutcome, "result">,
): Promise<RunRow> {
  const changed = await patchRun(write, run, change.run);
  if (change.project !== undefined) await patchProject(write, run.project_id, change.project);
  if (change.machine !== undefined) await patchMachine(write, change.machine);
  if (change.optimizations !== undefined) await replaceOptimizations(write, run.id, change.optimizations);
  for (const draft of change.drafts ?? []) await putDraft(write, draft);
  for (const cost of change.costs ?? []) await putCost(write, run.id, cost);
  for (const event of change.events ?? []) {
    await insertEvent(write, { ...event, projectId: run.project_id, runId: run.id });
  }
  return changed;
}

async function patchRun({ trx }: Write, run: RunRow, patch: RunPatch | undefined): Promise<RunRow> {
  if (isEmpty(patch)) return run;
  const restart = patch.step !== undefined && patch.step !== run.step ? { attempt: 0 } : {};
  const change = defined({ ...restart, ...patch });
  await updateOf(Object.keys(change)).rows(trx, { ...change, "": run.id });
  return { ...run, ...change };
}

/** By the columns that change: steps change the same few sets of them, again and again. */
const updates = new Map<string, Statement<unknown>>();

function updateOf(columns: readonly string[]): Statement<unknown> {
  const key = columns.join(" ");
  const known = updates.get(key);
  if (known !== undefined) return known;
  const values = Object.fromEntries(columns.map((column) => [column, parameter(column)]));
  const made = new Statement<unknown>((db) =>
    db.updateTable("runs").set(values).where("id", "=", parameter("")),
  );
  updates.set(key, made);
  return made;
}

async function patchProject({ trx }: Write, id: string, patch: Partial<ProjectRow>): Promise<void> {
  if (isEmpty(patch)) return;
  await trx.updateTable("projects").set(patch).where("id", "=", id).execute();
}

async function patchMachine(
  { trx }: Write,
  { name, ...patch }: { readonly name: string } & Partial<MachineRow>,
): Promise<void> {
  const { numUpdatedRows } = await trx
    .updateTable("machines")
    .set(isEmpty(patch) ? { name } : patch)
    .where("name", "=", name)
    .executeTakeFirst();
  if (numUpdatedRows === 0n) {
    throw new StoreError(
      "not_found",
      `There is no machine ${name}. Give it to beginStep before the outcome names it.`,
    );
  }
}

async function replaceOptimizations(
  { trx }: Write,
  runId: string,
  rows: readonly Omit<OptimizationRow, "run_id">[],
): Promise<void> {
  await trx.deleteFrom("optimizations").where("run_id", "=", runId).execute();
  for (const row of rows)
    await trx
      .insertInto("optimizations")
      .values({ ...row, run_id: runId })
      .execute();
}

async function putDraft({ trx }: Write, draft: DraftRow): Promise<void> {
  const row = { ...draft, proven: draft.proven ? 1 : 0 };
  const { project_id: _project, template: _template, ...rest } = row;
  await trx
    .insertInto("drafts")
    .values(row)
    .onConflict((conflict) => conflict.columns(["project_id", "template"]).doUpdateSet(rest))
    .execute();
}

async function putCost(
  { trx, now }: Write,
  runId: string,
  cost: Omit<CostRow, "run_id" | "recorded_at">,
): Promise<void> {
  const amount = { usd: cost.usd, basis: cost.basis, recorded_at: now.toISOString() };
  await trx
    .insertInto("costs")
    .values({ run_id: runId, kind: cost.kind, source: cost.source, ...amount })
    .onConflict((conflict) => conflict.columns(["run_id", "kind", "source"]).doUpdateSet(amount))
    .execute();
}

function isEmpty(patch: object | undefined): patch is undefined {
  return patch === undefined || Object.values(patch).every((value) => value === undefined);
}

function defined<Values extends object>(values: Values): Values {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Values;
}
