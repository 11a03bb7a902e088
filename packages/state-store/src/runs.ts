import { randomUUID } from "node:crypto";
import { StoreError } from "./errors.ts";
import type { RunRow } from "./rows.ts";
import { parameter, Statement } from "./statement.ts";
import type { Db, Write } from "./transaction.ts";

/** See `StateStore.createRun`. */
export async function createRun({ trx, now }: Write, projectId: string, step: string): Promise<RunRow> {
  const project = await trx
    .selectFrom("projects")
    .select("id")
    .where("id", "=", projectId)
    .executeTakeFirst();
  if (project === undefined) throw projectNotFound(projectId);
  const latest = await findLatestRun(trx, projectId);
  if (latest !== null && latest.finished_at === null) {
    throw new StoreError(
      "run_active",
      `Run ${latest.number} of ${projectId} is not finished (step ${latest.step}). Continue or stop it before a new one.`,
    );
  }
  return await trx
    .insertInto("runs")
    .values({
      id: randomUUID(),
      project_id: projectId,
      number: (latest?.number ?? 0) + 1,
      step,
      attempt: 0,
      due_at: now.toISOString(),
      outcome: null,
      reason: null,
      session_id: null,
      facts_json: "{}",
      created_at: now.toISOString(),
      finished_at: null,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
}

export async function findLatestRun(db: Db, projectId: string): Promise<RunRow | null> {
  const row = await db
    .selectFrom("runs")
    .selectAll()
    .where("project_id", "=", projectId)
    .orderBy("number", "desc")
    .limit(1)
    .executeTakeFirst();
  return row ?? null;
}

export async function findRun(db: Db, id: string): Promise<RunRow | null> {
  const [row] = await readRun.rows(db, { id });
  return row ?? null;
}

const readRun = new Statement((db) => db.selectFrom("runs").selectAll().where("id", "=", parameter("id")));

/** Throws `not_found`. */
export async function requireRun(db: Db, id: string): Promise<RunRow> {
  const run = await findRun(db, id);
  if (run === null) throw new StoreError("not_found", `There is no run ${id} in this campaign.`);
  return run;
}

export function projectNotFound(id: string): StoreError {
  return new StoreError(
    "not_found",
    `There is no project ${id} in this campaign. Add it to projects.json first.`,
  );
}
