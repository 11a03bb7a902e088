import { applyChange } from "./apply-change.ts";
import { StoreError } from "./errors.ts";
import type { RunRow, StepRow } from "./rows.ts";
import { requireRun } from "./runs.ts";
import { parameter, Statement } from "./statement.ts";
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
  await abandonOpen.rows(trx, { runId, now });
  const attempt = run.step === step ? run.attempt + 1 : 1;
  await setPosition.rows(trx, { runId, step, attempt });
  if (machine !== undefined) await insertMachine(write, runId, machine);
  const [row] = await insertStep.rows(trx, { runId, step, attempt, fence: fence.fence, now });
  return row!;
}

/** See `StateStore.finishStep`. */
export async function finishStep(write: Write, step: StepRow, outcome: StepOutcome): Promise<RunRow> {
  const { trx, now } = write;
  const [closed] = await closeStep.rows(trx, {
    id: step.id,
    result: outcome.result,
    now: now.toISOString(),
    errorCode: outcome.errorCode ?? null,
    errorMessage: outcome.errorMessage ?? null,
  });
  if (closed === undefined) throw await whyNotOpen(write, step);
  return await applyChange(write, await requireRun(trx, closed.run_id), outcome);
}

const abandonOpen = new Statement((db) =>
  db
    .updateTable("steps")
    .set({ result: "abandoned", finished_at: parameter("now") })
    .where("run_id", "=", parameter("runId"))
    .where("finished_at", "is", null),
);

const setPosition = new Statement((db) =>
  db
    .updateTable("runs")
    .set({ step: parameter("step"), attempt: parameter("attempt") })
    .where("id", "=", parameter("runId")),
);

const insertStep = new Statement((db) =>
  db
    .insertInto("steps")
    .values({
      run_id: parameter("runId"),
      step: parameter("step"),
      attempt: parameter("attempt"),
      fence: parameter("fence"),
      started_at: parameter("now"),
      finished_at: null,
      result: null,
      error_code: null,
      error_message: null,
    })
    .returningAll(),
);

const closeStep = new Statement((db) =>
  db
    .updateTable("steps")
    .set({
      result: parameter("result"),
      finished_at: parameter("now"),
      error_code: parameter("errorCode"),
      error_message: parameter("errorMessage"),
    })
    .where("id", "=", parameter("id"))
    .where("finished_at", "is", null)
    .returning("run_id"),
);

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
