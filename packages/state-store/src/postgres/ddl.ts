import { sql } from "kysely";
import type { Ddl } from "../migrations/ddl.ts";

/** Tables in PostgreSQL, whose types are binding by themselves. */
export const postgresDdl: Ddl = {
  strict: (table) => table,
  // "by default": a copy of a campaign brings its numbers along.
  counted: (column) => column.primaryKey().generatedByDefaultAsIdentity(),
  // A text that is no JSON fails the cast; a cast, and not IS JSON, since that is unknown before PostgreSQL 16.
  isJson: (column) => sql`(${sql.ref(column)})::json is not null`,
  appendOnly: async (db, table) => {
    const refusal = sql.id(`${table}_refuse`);
    await sql`create function ${refusal}() returns trigger language plpgsql as $$
      begin raise exception ${sql.lit(`${table} is append-only`)} using errcode = 'restrict_violation'; end $$`.execute(
      db,
    );
    await sql`create trigger ${sql.id(`${table}_refuse_change`)} before update or delete or truncate on ${sql.table(table)}
      for each statement execute function ${refusal}()`.execute(db);
  },
};
