import { applyChange } from "./apply-change.ts";
import { StoreError } from "./errors.ts";
import type { RunRow, StepRow } from "./rows.ts";
import { requireRun } from "./runs.ts";
import type { Fence, NewMachine, StepOutcome } from "./store.ts";
import type { Write } from "./transaction.ts";

/** See `StateStore.beginStep`. */
export async function beginStep(
  write: Write,
  fence: Fence,
  runId: string,
  step: string,
  machine: NewMachine | undefined,
): Promise<StepRow> {
  const { trx } = write;
  const now = write.now.toISOString();
  const run = await requireRun(trx, runId);
  await trx
    .updateTable("steps")
    .set({ result: "abandoned", finished_at: now })
    .where("run_id", "=", runId)
    .where("finished_at", "is", null)
    .execute();
  const attempt = run.step === step ? run.attempt + 1 : 1;
  await trx.updateTable("runs").set({ step, attempt }).where("id", "=", runId).execute();
  if (machine !== undefined) await insertMachine(write, runId, machine);
  return await trx
    .insertInto("steps")
    .values({
      run_id: runId,
      step,
      attempt,
      fence: fence.fence,
      started_at: now,
      finished_at: null,
      result: null,
      error_code: null,
      error_message: null,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** See `StateStore.finishStep`. */
export async function finishStep(write: Write, step: StepRow, outcome: StepOutcome): Promise<RunRow> {
  const { trx, now } = write;
  const closed = await trx
    .updateTable("steps")
    .set({
      result: outcome.result,
      finished_at: now.toISOString(),
      error_code: outcome.errorCode ?? null,
      error_message: outcome.errorMessage ?? null,
    })
    .where("id", "=", step.id)
    .where("finished_at", "is", null)
    .returning("run_id")
    .executeTakeFirst();
  if (closed === undefined) throw await whyNotOpen(write, step);
  return await applyChange(write, await requireRun(trx, closed.run_id), outcome);
}

async function whyNotOpen({ trx }: Write, { id, step }: StepRow): Promise<StoreError> {
  const row = await trx
    .selectFrom("steps")
    .select(["result", "finished_at"])
    .where("id", "=", id)
    .executeTakeFirst();
  return row === undefined
    ? new StoreError("not_found", `There is no attempt ${id} of step ${step} in this campaign.`)
    : new StoreError(
        "constraint",
        `Attempt ${id} of step ${step} ended at ${row.finished_at} as ${row.result}; nothing was written. Read the run anew and begin the step again.`,
      );
}

/** The row that must be there before the machine is; one that is there already says more and stays. */
async function insertMachine(write: Write, runId: string, machine: NewMachine): Promise<void> {
  const { trx, now } = write;
  if (machine.mostAlive !== undefined) await requirePlace(write, machine.name, machine.mostAlive);
  await trx
    .insertInto("machines")
    .values({
      name: machine.name,
      run_id: runId,
      provider: machine.provider,
      state: "intended",
      provider_id: null,
      host: null,
      port: null,
      host_keys_json: "[]",
      usd_per_hour: machine.usd_per_hour,
      intended_at: now.toISOString(),
      running_at: null,
      gone_at: null,
    })
    .onConflict((conflict) => conflict.column("name").doNothing())
    .execute();
}

/** Throws `capacity` unless there is a place for one more machine; one whose row is there has its place. */
async function requirePlace({ trx, lock }: Write, name: string, mostAlive: number): Promise<void> {
  await lock("machines");
  const { alive, known } = await trx
    .selectFrom("machines")
    .select(({ fn }) => [
      fn.countAll<number>().filterWhere("state", "!=", "gone").as("alive"),
      fn.countAll<number>().filterWhere("name", "=", name).as("known"),
    ])
    .executeTakeFirstOrThrow();
  if (known > 0 || alive < mostAlive) return;
  throw new StoreError(
    "capacity",
    `${alive} machines are alive and ${mostAlive} may be; nothing was begun. It goes on when one of them is gone.`,
  );
}
