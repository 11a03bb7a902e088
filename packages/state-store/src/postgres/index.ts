import { migrations } from "../migrations/index.ts";
import type { StateStore } from "../store.ts";
import { openWithMigrations, type PostgresStoreOptions } from "./open.ts";

export type { PostgresStoreOptions } from "./open.ts";
export type { OnRun } from "../kysely-store.ts";
export { schemaOfCampaign } from "./schema-name.ts";
export { setSchemaAside } from "./set-aside.ts";
export { tellOfRuns } from "./tell-of-runs.ts";

/**
 * Opens a campaign's tables in a schema of a PostgreSQL database (13 or later), creates them where there are none and brings
 * them to this version. Several processes, on several computers, may have it open at once.
 *
 * The URL (`postgres://USER:PASSWORD@HOST:PORT/DATABASE`) is a secret: no message holds it, nor its user or password.
 *
 * @throws StoreError `unavailable` (retryable), `access_denied`, `not_found`, `not_a_store`, `newer_schema`, `read_only`, `disk_full`
 * or `migration_failed`; nothing was changed then.
 */
export async function openPostgresStore(url: string, options: PostgresStoreOptions): Promise<StateStore> {
  return await openWithMigrations(url, migrations, options);
}
