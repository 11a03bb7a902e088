import type Database from "better-sqlite3";
import type { Kysely } from "kysely";
import { Migrator } from "kysely/migration";
import { StoreError } from "../errors.ts";
import type { SchemaMigration } from "../migrations/index.ts";
import type { Db } from "../transaction.ts";
import { backUpBeforeMigration } from "./backup.ts";
import { sqliteDdl } from "./ddl.ts";
import { toStoreError } from "./store-error.ts";

/**
 * Brings the database from version `from` to the last of `migrations`, in one transaction that also holds Migrator's
 * own tables: after a crash the file is as it was, or at its new version.
 *
 * @throws StoreError `migration_failed` with the backup's name, or `locked`, `disk_full`, `read_only`.
 */
export async function migrate(
  db: Db,
  database: Database.Database,
  file: string,
  migrations: Readonly<Record<string, SchemaMigration>>,
  from: number,
): Promise<void> {
  const known = Object.keys(migrations).toSorted();
  const to = known.length;
  const backup = from === 0 ? null : await backUpBeforeMigration(database, file, known, { from, to });
  try {
    await db.transaction().execute(async (trx) => {
      const migrator = new Migrator({
        db: trx,
        provider: { getMigrations: async () => withDdl(migrations) },
        nameComparator: (a, b) => (a < b ? -1 : a > b ? 1 : 0),
      });
      const { error } = await migrator.migrateToLatest();
      if (error !== undefined) throw error;
    });
  } catch (cause) {
    const error = toStoreError(cause, file);
    if (error instanceof StoreError && error.code !== "constraint") throw error;
    throw new StoreError(
      "migration_failed",
      `${file} could not be brought from schema ${from} to ${to}: ${cause instanceof Error ? cause.message : String(cause)}. Nothing was changed${
        backup === null ? "" : `; a copy from before is ${backup}`
      }. Report this, and go on with the version that you had.`,
      { file, cause },
    );
  }
}

function withDdl(
  migrations: Readonly<Record<string, SchemaMigration>>,
): Record<string, { up: (db: Kysely<unknown>) => Promise<void> }> {
  return Object.fromEntries(
    Object.entries(migrations).map(([name, migration]) => [name, { up: (db) => migration(db, sqliteDdl) }]),
  );
}
