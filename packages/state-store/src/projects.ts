import { StoreError } from "./errors.ts";
import type { DraftRow, ProjectRow } from "./rows.ts";
import { projectNotFound } from "./runs.ts";
import type { ProjectFacts } from "./store.ts";
import type { Db, Write } from "./transaction.ts";

/** See `StateStore.syncProjects`. */
export async function syncProjects({ trx, now }: Write, projects: readonly ProjectFacts[]): Promise<void> {
  for (const { id, repo, language, company, contact_name, contact_email, contact_title } of projects) {
    const facts = { repo, language, company, contact_name, contact_email, contact_title };
    await trx
      .insertInto("projects")
      .values({
        id,
        ...facts,
        fork_url: null,
        status: "pending",
        vm_id: null,
        vm_ip: null,
        created_at: now.toISOString(),
        started_at: null,
        completed_at: null,
        optimization_branch: null,
        num_optimizations: 0,
        best_speedup: null,
        summary_json: null,
        email_draft_path: null,
      })
      .onConflict((conflict) => conflict.column("id").doUpdateSet(facts))
      .execute();
  }
}

export async function findProject(db: Db, id: string): Promise<ProjectRow | null> {
  const row = await db.selectFrom("projects").selectAll().where("id", "=", id).executeTakeFirst();
  return row ?? null;
}

export async function findDrafts(db: Db, projectId: string): Promise<DraftRow[]> {
  const rows = await db
    .selectFrom("drafts")
    .selectAll()
    .where("project_id", "=", projectId)
    .orderBy("template")
    .execute();
  return rows.map((row) => ({ ...row, proven: row.proven === 1 }));
}

/** See `StateStore.markSent`. */
export async function markSent(
  { trx }: Write,
  projectId: string,
  at: Date,
  template?: string,
): Promise<DraftRow[]> {
  if ((await findProject(trx, projectId)) === null) throw projectNotFound(projectId);
  if (Number.isNaN(at.getTime())) {
    throw new StoreError("constraint", "The time of sending is no valid date; nothing was marked as sent.");
  }
  const update = trx
    .updateTable("drafts")
    .set({ sent_at: at.toISOString(), state: "sent" })
    .where("project_id", "=", projectId)
    .where("sent_at", "is", null);
  await (template === undefined ? update : update.where("template", "=", template)).execute();
  return await findDrafts(trx, projectId);
}
