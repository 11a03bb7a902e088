import { type Kysely, type RawBuilder, sql } from "kysely";
import type { Ddl } from "./ddl.ts";

/** The nine tables of a campaign. */
export async function campaign(db: Kysely<unknown>, ddl: Ddl): Promise<void> {
  await createProjects(db);
  await createRuns(db, ddl);
  await createSteps(db, ddl);
  await createMachines(db, ddl);
  await createOptimizations(db, ddl);
  await createDrafts(db, ddl);
  await createEvents(db, ddl);
  await createCosts(db, ddl);
  await createLeases(db, ddl);
}

function oneOf(column: string, ...values: readonly string[]): RawBuilder<unknown> {
  return sql`${sql.ref(column)} in (${sql.join(values.map((value) => sql.lit(value)))})`;
}

/** Columns, order and types are the program's specification; other tools read this table, so they stay. */
async function createProjects(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("projects")
    .addColumn("id", "text", (column) => column.primaryKey().notNull())
    .addColumn("repo", "text", (column) => column.notNull())
    .addColumn("language", "text", (column) => column.notNull())
    .addColumn("fork_url", "text")
    .addColumn("company", "text")
    .addColumn("contact_name", "text")
    .addColumn("contact_email", "text")
    .addColumn("contact_title", "text")
    .addColumn("status", "text", (column) => column.notNull().defaultTo("pending"))
    .addColumn("vm_id", "text")
    .addColumn("vm_ip", "text")
    .addColumn("created_at", "timestamp", (column) => column.notNull())
    .addColumn("started_at", "timestamp")
    .addColumn("completed_at", "timestamp")
    .addColumn("optimization_branch", "text")
    .addColumn("num_optimizations", "integer", (column) => column.notNull().defaultTo(0))
    .addColumn("best_speedup", "text")
    .addColumn("summary_json", "text")
    .addColumn("email_draft_path", "text")
    .addCheckConstraint(
      "projects_status",
      oneOf("status", "pending", "provisioning", "running", "completed", "failed", "destroyed"),
    )
    .addCheckConstraint("projects_num_optimizations", sql`num_optimizations >= 0`)
    .execute();
}

async function createRuns(db: Kysely<unknown>, ddl: Ddl): Promise<void> {
  await ddl
    .strict(
      db.schema
        .createTable("runs")
        .addColumn("id", "text", (column) => column.primaryKey().notNull())
        .addColumn("project_id", "text", (column) => column.notNull().references("projects.id"))
        .addColumn("number", "integer", (column) => column.notNull())
        .addColumn("step", "text", (column) => column.notNull())
        .addColumn("attempt", "integer", (column) => column.notNull())
        .addColumn("due_at", "text", (column) => column.notNull())
        .addColumn("outcome", "text")
        .addColumn("reason", "text")
        .addColumn("session_id", "text")
        .addColumn("facts_json", "text", (column) => column.notNull())
        .addColumn("created_at", "text", (column) => column.notNull())
        .addColumn("finished_at", "text")
        .addUniqueConstraint("runs_number", ["project_id", "number"])
        .addCheckConstraint("runs_counting", sql`number >= 1 and attempt >= 0`)
        .addCheckConstraint("runs_outcome", oneOf("outcome", "completed", "failed", "stopped", "skipped"))
        .addCheckConstraint("runs_facts", ddl.isJson("facts_json")),
    )
    .execute();
}

async function createSteps(db: Kysely<unknown>, ddl: Ddl): Promise<void> {
  await ddl
    .strict(
      db.schema
        .createTable("steps")
        .addColumn("id", "integer", ddl.counted)
        .addColumn("run_id", "text", (column) => column.notNull().references("runs.id"))
        .addColumn("step", "text", (column) => column.notNull())
        .addColumn("attempt", "integer", (column) => column.notNull())
        .addColumn("fence", "integer", (column) => column.notNull())
        .addColumn("started_at", "text", (column) => column.notNull())
        .addColumn("finished_at", "text")
        .addColumn("result", "text")
        .addColumn("error_code", "text")
        .addColumn("error_message", "text")
        .addCheckConstraint("steps_attempt", sql`attempt >= 1`)
        .addCheckConstraint("steps_result", oneOf("result", "succeeded", "again", "failed", "abandoned"))
        // An attempt is open or it has a result, never half of it.
        .addCheckConstraint("steps_whole", sql`(finished_at is null) = (result is null)`),
    )
    .execute();
  await db.schema.createIndex("steps_of_run").on("steps").columns(["run_id", "id"]).execute();
  // A run of hundreds of polls has one open attempt at most: beginning a step must not read the others.
  await db.schema
    .createIndex("steps_open")
    .on("steps")
    .column("run_id")
    .where(sql.ref("finished_at"), "is", null)
    .execute();
}

async function createMachines(db: Kysely<unknown>, ddl: Ddl): Promise<void> {
  await ddl
    .strict(
      db.schema
        .createTable("machines")
        .addColumn("name", "text", (column) => column.primaryKey().notNull())
        .addColumn("run_id", "text", (column) => column.notNull().references("runs.id"))
        .addColumn("provider", "text", (column) => column.notNull())
        .addColumn("state", "text", (column) => column.notNull())
        .addColumn("provider_id", "text")
        .addColumn("host", "text")
        .addColumn("port", "integer")
        .addColumn("host_keys_json", "text", (column) => column.notNull())
        .addColumn("usd_per_hour", "real", (column) => column.notNull())
        .addColumn("intended_at", "text", (column) => column.notNull())
        .addColumn("running_at", "text")
        .addColumn("gone_at", "text")
        .addCheckConstraint("machines_state", oneOf("state", "intended", "running", "deleting", "gone"))
        .addCheckConstraint("machines_port", sql`port between 1 and 65535`)
        .addCheckConstraint("machines_price", sql`usd_per_hour >= 0`)
        .addCheckConstraint("machines_host_keys", ddl.isJson("host_keys_json")),
    )
    .execute();
  await db.schema.createIndex("machines_of_run").on("machines").column("run_id").execute();
}

async function createOptimizations(db: Kysely<unknown>, ddl: Ddl): Promise<void> {
  await ddl
    .strict(
      db.schema
        .createTable("optimizations")
        .addColumn("run_id", "text", (column) => column.notNull().references("runs.id"))
        .addColumn("position", "integer", (column) => column.notNull())
        .addColumn("commit_sha", "text")
        .addColumn("function_name", "text", (column) => column.notNull())
        .addColumn("file", "text", (column) => column.notNull())
        .addColumn("description", "text", (column) => column.notNull())
        .addColumn("technique", "text", (column) => column.notNull())
        .addColumn("speedup_text", "text")
        .addColumn("speedup", "real")
        .addColumn("memory_text", "text")
        .addColumn("memory_mib", "real")
        .addColumn("label", "text", (column) => column.notNull())
        .addColumn("reason", "text")
        .addPrimaryKeyConstraint("optimizations_key", ["run_id", "position"])
        .addCheckConstraint(
          "optimizations_label",
          oneOf("label", "unproven", "verified", "not_reproduced", "unverifiable"),
        ),
    )
    .execute();
}

async function createDrafts(db: Kysely<unknown>, ddl: Ddl): Promise<void> {
  await ddl
    .strict(
      db.schema
        .createTable("drafts")
        .addColumn("project_id", "text", (column) => column.notNull().references("projects.id"))
        .addColumn("template", "text", (column) => column.notNull())
        .addColumn("run_id", "text", (column) => column.notNull().references("runs.id"))
        .addColumn("path", "text", (column) => column.notNull())
        .addColumn("subject", "text", (column) => column.notNull())
        .addColumn("state", "text", (column) => column.notNull())
        .addColumn("proven", "integer", (column) => column.notNull())
        .addColumn("generated_sha256", "text", (column) => column.notNull())
        .addColumn("input_sha256", "text", (column) => column.notNull())
        .addColumn("rendered_at", "text", (column) => column.notNull())
        .addColumn("sent_at", "text")
        .addPrimaryKeyConstraint("drafts_key", ["project_id", "template"])
        .addCheckConstraint("drafts_state", oneOf("state", "draft", "edited", "conflict", "sent"))
        .addCheckConstraint("drafts_proven", sql`proven in (0, 1)`),
    )
    .execute();
}

async function createEvents(db: Kysely<unknown>, ddl: Ddl): Promise<void> {
  await ddl
    .strict(
      db.schema
        .createTable("events")
        .addColumn("id", "integer", ddl.counted)
        .addColumn("at", "text", (column) => column.notNull())
        .addColumn("project_id", "text", (column) => column.references("projects.id"))
        .addColumn("run_id", "text", (column) => column.references("runs.id"))
        .addColumn("kind", "text", (column) => column.notNull())
        .addColumn("message", "text", (column) => column.notNull())
        .addColumn("data_json", "text", (column) => column.notNull())
        .addCheckConstraint("events_data", ddl.isJson("data_json")),
    )
    .execute();
  await db.schema.createIndex("events_of_project").on("events").columns(["project_id", "id"]).execute();
  await ddl.appendOnly(db, "events");
}

async function createCosts(db: Kysely<unknown>, ddl: Ddl): Promise<void> {
  await ddl
    .strict(
      db.schema
        .createTable("costs")
        .addColumn("run_id", "text", (column) => column.notNull().references("runs.id"))
        .addColumn("kind", "text", (column) => column.notNull())
        .addColumn("source", "text", (column) => column.notNull())
        .addColumn("usd", "real", (column) => column.notNull())
        .addColumn("basis", "text", (column) => column.notNull())
        .addColumn("recorded_at", "text", (column) => column.notNull())
        .addPrimaryKeyConstraint("costs_key", ["run_id", "kind", "source"])
        .addCheckConstraint("costs_kind", oneOf("kind", "machine", "agent"))
        .addCheckConstraint("costs_basis", oneOf("basis", "measured", "estimated"))
        // The upper bound keeps infinity out of every sum.
        .addCheckConstraint("costs_usd", sql`usd between 0 and 1000000000`),
    )
    .execute();
}

/** A released lease keeps its row, with an empty owner: the fence must never begin again. */
async function createLeases(db: Kysely<unknown>, ddl: Ddl): Promise<void> {
  await ddl
    .strict(
      db.schema
        .createTable("leases")
        .addColumn("name", "text", (column) => column.primaryKey().notNull())
        .addColumn("owner", "text", (column) => column.notNull())
        .addColumn("fence", "integer", (column) => column.notNull())
        .addColumn("expires_at", "text", (column) => column.notNull())
        .addCheckConstraint("leases_fence", sql`fence >= 1`),
    )
    .execute();
}
