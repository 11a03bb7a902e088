import { type Kysely, sql } from "kysely";
import type { Ddl } from "./ddl.ts";

/** What is proven, what people decided, approved and suppressed, where drafts went, and what adapters must not forget. */
export async function proofAndApproval(db: Kysely<unknown>, ddl: Ddl): Promise<void> {
  await extendOptimizations(db);
  await createDecisions(db, ddl);
  await createApprovals(db, ddl);
  await createSuppressions(db, ddl);
  await createDeliveries(db, ddl);
  await createMemory(db, ddl);
}

/** What a measurement found; null where nothing was measured. SQLite adds one column a statement. */
async function extendOptimizations(db: Kysely<unknown>): Promise<void> {
  for (const column of ["quoted", "lower", "upper", "quoted_mib"])
    await db.schema.alterTable("optimizations").addColumn(column, "real").execute();
}

async function createDecisions(db: Kysely<unknown>, ddl: Ddl): Promise<void> {
  await ddl
    .strict(
      db.schema
        .createTable("decisions")
        .addColumn("id", "integer", ddl.counted)
        .addColumn("project_id", "text", (column) => column.notNull().references("projects.id"))
        .addColumn("kind", "text", (column) => column.notNull())
        .addColumn("subject", "text", (column) => column.notNull())
        .addColumn("reason", "text", (column) => column.notNull())
        .addColumn("decided_by", "text", (column) => column.notNull())
        .addColumn("decided_at", "text", (column) => column.notNull())
        .addCheckConstraint("decisions_reason", sql`length(trim(reason)) > 0`),
    )
    .execute();
  await db.schema.createIndex("decisions_of_project").on("decisions").columns(["project_id", "id"]).execute();
  await ddl.appendOnly(db, "decisions");
}

async function createApprovals(db: Kysely<unknown>, ddl: Ddl): Promise<void> {
  await ddl
    .strict(
      db.schema
        .createTable("approvals")
        .addColumn("project_id", "text", (column) => column.notNull().references("projects.id"))
        .addColumn("template", "text", (column) => column.notNull())
        .addColumn("sha256", "text", (column) => column.notNull())
        .addColumn("recipient", "text", (column) => column.notNull())
        .addColumn("approved_by", "text", (column) => column.notNull())
        .addColumn("approved_at", "text", (column) => column.notNull())
        .addPrimaryKeyConstraint("approvals_key", ["project_id", "template"])
        .addCheckConstraint("approvals_sha256", sql`length(sha256) = 64`),
    )
    .execute();
}

async function createSuppressions(db: Kysely<unknown>, ddl: Ddl): Promise<void> {
  await ddl
    .strict(
      db.schema
        .createTable("suppressions")
        .addColumn("target", "text", (column) => column.primaryKey().notNull())
        .addColumn("reason", "text", (column) => column.notNull())
        .addColumn("requested_at", "text", (column) => column.notNull())
        .addColumn("recorded_at", "text", (column) => column.notNull())
        .addCheckConstraint("suppressions_target", sql`target = lower(target) and length(target) > 2`),
    )
    .execute();
}

async function createDeliveries(db: Kysely<unknown>, ddl: Ddl): Promise<void> {
  await ddl
    .strict(
      db.schema
        .createTable("deliveries")
        .addColumn("id", "integer", ddl.counted)
        .addColumn("project_id", "text", (column) => column.notNull().references("projects.id"))
        .addColumn("template", "text", (column) => column.notNull())
        .addColumn("sha256", "text", (column) => column.notNull())
        .addColumn("channel", "text", (column) => column.notNull())
        .addColumn("reference", "text")
        .addColumn("message_id", "text")
        .addColumn("delivered_at", "text", (column) => column.notNull())
        .addCheckConstraint("deliveries_channel", sql`channel in ('eml', 'imap', 'apollo', 'sent')`),
    )
    .execute();
  await db.schema
    .createIndex("deliveries_of_project")
    .on("deliveries")
    .columns(["project_id", "id"])
    .execute();
  await ddl.appendOnly(db, "deliveries");
}

async function createMemory(db: Kysely<unknown>, ddl: Ddl): Promise<void> {
  await ddl
    .strict(
      db.schema
        .createTable("memory")
        .addColumn("key", "text", (column) => column.primaryKey().notNull())
        .addColumn("value_json", "text", (column) => column.notNull())
        .addColumn("expires_at", "text")
        .addColumn("written_at", "text", (column) => column.notNull())
        .addCheckConstraint("memory_value", ddl.isJson("value_json")),
    )
    .execute();
}
