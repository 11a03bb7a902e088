import type { Kysely, Transaction } from "kysely";
import type { CampaignDatabase } from "./schema.ts";

export type Db = Kysely<CampaignDatabase>;

/** A writing transaction, and the moment at which it got the right to write. */
export interface Write {
  readonly trx: Transaction<CampaignDatabase>;
  readonly now: Date;
  /** `select … for update`: needed where a transaction locks rows; unknown to SQLite, where it locks the database. */
  readonly rowLocks: boolean;
}
