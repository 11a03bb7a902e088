import type { Kysely, Transaction } from "kysely";
import type { CampaignDatabase } from "./schema.ts";

export type Db = Kysely<CampaignDatabase>;

/** A writing transaction, and the moment at which it began (where it locks the whole database: got the right to write). */
export interface Write {
  readonly trx: Transaction<CampaignDatabase>;
  readonly now: Date;
  /** `select … for update`: needed where a transaction locks rows; unknown to SQLite, where it locks the database. */
  readonly rowLocks: boolean;
  /** Lets no other transaction past the same words until this one ends; for what no row's lock can guard. */
  readonly lock: (words: "events" | "machines") => Promise<void>;
}
