import { sql } from "kysely";
import type { Ddl } from "../migrations/ddl.ts";

/** Tables in SQLite: STRICT, because a column otherwise takes any type. */
export const sqliteDdl: Ddl = {
  strict: (table) => table.modifyEnd(sql`strict`),
  counted: (column) => column.primaryKey().autoIncrement(),
  isJson: (column) => sql`json_valid(${sql.ref(column)})`,
  appendOnly: async (db, table) => {
    for (const act of ["update", "delete"]) {
      await sql`create trigger ${sql.id(`${table}_refuse_${act}`)} before ${sql.raw(act)} on ${sql.table(table)}
        begin select raise(abort, ${sql.lit(`${table} is append-only`)}); end`.execute(db);
    }
  },
};
