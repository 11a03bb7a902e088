import { sql, type Transaction } from "kysely";
import { TABLES } from "../copy/tables.ts";
import type { CampaignDatabase } from "../schema.ts";

/** Lets others read and nobody else write, until the transaction ends. */
export async function freezeTables(trx: Transaction<CampaignDatabase>): Promise<void> {
  const tables = sql.join(Object.keys(TABLES).map((table) => sql.table(table)));
  await sql`lock table ${tables} in share row exclusive mode`.execute(trx);
}

/** A number that came with its row is unknown to the table's counter. */
export async function countOnBehind(trx: Transaction<CampaignDatabase>): Promise<void> {
  for (const [table, { counted }] of Object.entries(TABLES)) {
    if (!counted) continue;
    await sql`select setval(pg_get_serial_sequence(${table}, 'id'), greatest(max(id), 1), max(id) is not null)
      from ${sql.table(table)}`.execute(trx);
  }
}
