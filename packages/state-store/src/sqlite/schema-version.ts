import type Database from "better-sqlite3";
import { StoreError } from "../errors.ts";

const BOOKKEEPING = ["kysely_migration", "kysely_migration_lock"];

/**
 * How many of `known` migrations the open database has; 0: it is empty.
 *
 * @throws StoreError `newer_schema` or `not_a_store`; SQLite's own errors as they are.
 */
export function readSchemaVersion(
  database: Database.Database,
  file: string,
  known: readonly string[],
): number {
  const tables = database
    .prepare<[], string>(
      "select name from sqlite_schema where type = 'table' and name not like 'sqlite\\_%' escape '\\'",
    )
    .pluck()
    .all();
  const applied = tables.includes("kysely_migration")
    ? database.prepare<[], string>("select name from kysely_migration order by name").pluck().all()
    : [];
  if (applied.length === 0 && tables.some((table) => !BOOKKEEPING.includes(table))) throw notOurs(file);
  const common = Math.min(applied.length, known.length);
  if (applied.slice(0, common).some((name, index) => name !== known[index])) throw notOurs(file);
  if (applied.length > known.length) {
    throw new StoreError(
      "newer_schema",
      `${file} was written by a newer version (schema ${applied.length}; this one knows ${known.length}). Nothing was changed: update Universe Optimize.`,
      { file },
    );
  }
  return applied.length;
}

function notOurs(file: string): StoreError {
  return new StoreError(
    "not_a_store",
    `${file} is a database of another program. Nothing was changed: move it away, or name another campaign folder.`,
    { file },
  );
}
