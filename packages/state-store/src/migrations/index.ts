import type { Kysely } from "kysely";
import { campaign } from "./0001-campaign.ts";
import { proofAndApproval } from "./0002-proof-and-approval.ts";
import type { Ddl } from "./ddl.ts";

/** Brings the tables one version further. There is no way back: an older program refuses a newer database. */
export type SchemaMigration = (db: Kysely<unknown>, ddl: Ddl) => Promise<void>;

/** All migrations, by name. Names sort in the order of their application; the version is how many were applied. */
export const migrations: Readonly<Record<string, SchemaMigration>> = {
  "0001-campaign": campaign,
  "0002-proof-and-approval": proofAndApproval,
};
