import { sql, type Transaction } from "kysely";
import type { CampaignDatabase } from "../schema.ts";

/** Holds a lock on some words, in this schema only, until the transaction ends. */
export async function lockWords(
  trx: Transaction<CampaignDatabase>,
  schema: string,
  words: string,
): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`${schema}/${words}`}, 0))`.execute(trx);
}
