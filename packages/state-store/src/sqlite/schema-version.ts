import type Database from "better-sqlite3";
import { schemaVersion } from "../schema-version.ts";

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
  const otherwise = "move it away, or name another campaign folder";
  return schemaVersion({ tables, applied, place: file, otherwise, file }, known);
}
