import { type Kysely, sql } from "kysely";
import { Migrator } from "kysely/migration";
import { StoreError } from "../errors.ts";
import type { SchemaMigration } from "../migrations/index.ts";
import { schemaVersion } from "../schema-version.ts";
import type { Db } from "../transaction.ts";
import { postgresDdl } from "./ddl.ts";
import { isLost, toStoreError } from "./store-error.ts";

/** What of a schema is looked at before it is opened. */
export interface Place {
  readonly schema: string;
  /** For messages, without user and password. */
  readonly words: string;
}

/** How many of `known` migrations the schema has; 0: it is empty; null: there is no such schema. */
export async function readSchemaVersion(
  db: Db,
  { schema, words }: Place,
  known: readonly string[],
): Promise<number | null> {
  const found = await sql<{ tables: string[] | null }>`
    select (select array_agg(tablename::text) from pg_tables where schemaname = ${schema}) as tables
    from pg_namespace where nspname = ${schema}`.execute(db);
  const row = found.rows[0];
  if (row === undefined) return null;
  const tables = row.tables ?? [];
  const applied = tables.includes("kysely_migration")
    ? await sql<{
        name: string;
      }>`select name from ${sql.table(`${schema}.kysely_migration`)} order by name collate "C"`.execute(db)
    : { rows: [] };
  const place = `The schema ${schema} in ${words}`;
  const otherwise = "choose another schema, or another database";
  return schemaVersion({ tables, applied: applied.rows.map(({ name }) => name), place, otherwise }, known);
}

/**
 * Creates the schema where there is none and brings it to the last of `migrations`, in one transaction that lets no second
 * process in: after a crash it is as it was, or at its new version.
 *
 * @throws StoreError `migration_failed`, or `read_only`, `disk_full` …; lost connections as they are
 */
export async function migrate(
  db: Db,
  place: Place,
  migrations: Readonly<Record<string, SchemaMigration>>,
): Promise<void> {
  const { schema, words } = place;
  const known = Object.keys(migrations).toSorted();
  try {
    await db.transaction().execute(async (trx) => {
      await sql`select pg_advisory_xact_lock(hashtextextended(${`${schema}/migrations`}, 0))`.execute(trx);
      const version = await readSchemaVersion(trx, place, known);
      if (version === known.length) return;
      if (version === null) await sql`create schema ${sql.id(schema)}`.execute(trx);
      const migrator = new Migrator({
        db: trx,
        migrationTableSchema: schema,
        provider: { getMigrations: async () => withDdl(migrations) },
        nameComparator: (a, b) => (a < b ? -1 : a > b ? 1 : 0),
      });
      const { error } = await migrator.migrateToLatest();
      if (error !== undefined) throw error;
    });
  } catch (cause) {
    if (isLost(cause)) throw cause;
    const error = toStoreError(cause, words);
    if (error instanceof StoreError && error.code !== "constraint") throw error;
    throw new StoreError(
      "migration_failed",
      `The schema ${schema} in ${words} could not be brought to version ${known.length}: ${cause instanceof Error ? cause.message : String(cause)}. Nothing was changed. Report this, and go on with the version that you had.`,
      { cause },
    );
  }
}

function withDdl(
  migrations: Readonly<Record<string, SchemaMigration>>,
): Record<string, { up: (db: Kysely<unknown>) => Promise<void> }> {
  return Object.fromEntries(
    Object.entries(migrations).map(([name, migration]) => [
      name,
      { up: (db: Kysely<unknown>) => migration(db, postgresDdl) },
    ]),
  );
}
