import { StoreError } from "./errors.ts";
import type { ApprovalRow, DecisionRow, DeliveryRow, SuppressionRow } from "./rows.ts";
import { projectNotFound } from "./runs.ts";
import { findProject } from "./projects.ts";
import type { NewApproval, NewDecision, NewDelivery, NewSuppression } from "./store.ts";
import type { Db, Write } from "./transaction.ts";

/** See `StateStore.decide`. */
export async function insertDecision(write: Write, decision: NewDecision): Promise<DecisionRow> {
  const { projectId, kind, subject, reason, by } = decision;
  await requireProject(write, projectId);
  if (reason.trim() === "")
    throw new StoreError("constraint", "A decision needs its reason: say why, in a sentence.");
  return await write.trx
    .insertInto("decisions")
    .values({
      project_id: projectId,
      kind,
      subject,
      reason,
      decided_by: by,
      decided_at: write.now.toISOString(),
    })
    .returningAll()
    .executeTakeFirstOrThrow();
}

export async function findDecisions(db: Db, projectId: string): Promise<DecisionRow[]> {
  return await db
    .selectFrom("decisions")
    .selectAll()
    .where("project_id", "=", projectId)
    .orderBy("id")
    .execute();
}

/** See `StateStore.approve`. */
export async function putApproval(write: Write, approval: NewApproval): Promise<ApprovalRow> {
  const { projectId, template, sha256, recipient, by } = approval;
  await requireProject(write, projectId);
  const facts = { sha256, recipient, approved_by: by, approved_at: write.now.toISOString() };
  return await write.trx
    .insertInto("approvals")
    .values({ project_id: projectId, template, ...facts })
    .onConflict((conflict) => conflict.columns(["project_id", "template"]).doUpdateSet(facts))
    .returningAll()
    .executeTakeFirstOrThrow();
}

export async function deleteApproval({ trx }: Write, projectId: string, template: string): Promise<boolean> {
  const { numDeletedRows } = await trx
    .deleteFrom("approvals")
    .where("project_id", "=", projectId)
    .where("template", "=", template)
    .executeTakeFirst();
  return numDeletedRows > 0n;
}

export async function findApprovals(db: Db, projectId: string): Promise<ApprovalRow[]> {
  return await db
    .selectFrom("approvals")
    .selectAll()
    .where("project_id", "=", projectId)
    .orderBy("template")
    .execute();
}

/** See `StateStore.suppress`. */
export async function putSuppression(write: Write, suppression: NewSuppression): Promise<SuppressionRow> {
  const target = suppression.target.trim().toLowerCase();
  if (!/^[^\s@]*@?[^\s@]+\.[^\s@]+$/.test(target))
    throw new StoreError(
      "constraint",
      `'${suppression.target}' is neither an address (jane@example.com) nor a domain (@example.com).`,
    );
  await write.trx
    .insertInto("suppressions")
    .values({
      target,
      reason: suppression.reason,
      requested_at: suppression.requestedAt.toISOString(),
      recorded_at: write.now.toISOString(),
    })
    .onConflict((conflict) => conflict.column("target").doNothing())
    .execute();
  return await write.trx
    .selectFrom("suppressions")
    .selectAll()
    .where("target", "=", target)
    .executeTakeFirstOrThrow();
}

/** See `StateStore.recordDelivery`. */
export async function insertDelivery(write: Write, delivery: NewDelivery): Promise<DeliveryRow> {
  const { projectId, template, sha256, channel, reference, messageId } = delivery;
  await requireProject(write, projectId);
  return await write.trx
    .insertInto("deliveries")
    .values({
      project_id: projectId,
      template,
      sha256,
      channel,
      reference,
      message_id: messageId,
      delivered_at: write.now.toISOString(),
    })
    .returningAll()
    .executeTakeFirstOrThrow();
}

export async function findDeliveries(db: Db, projectId: string): Promise<DeliveryRow[]> {
  return await db
    .selectFrom("deliveries")
    .selectAll()
    .where("project_id", "=", projectId)
    .orderBy("id")
    .execute();
}

async function requireProject({ trx }: Write, projectId: string): Promise<void> {
  if ((await findProject(trx, projectId)) === null) throw projectNotFound(projectId);
}
