import { migrations } from "../migrations/index.ts";
import type { StateStore } from "../store.ts";
import { openWithMigrations, type SqliteStoreOptions } from "./open.ts";

export type { SqliteStoreOptions } from "./open.ts";

/**
 * Opens the campaign's database in `file`, creates it where there is none and brings it to this version; before that, an
 * older file is copied to `<file>.before-v<version>.bak`. Several processes may have it open at once.
 *
 * @throws StoreError `newer_schema`, `not_a_store`, `read_only`, `not_found`, `locked`, `disk_full`, `io_error` or
 * `migration_failed`; nothing was changed then.
 */
export async function openSqliteStore(file: string, options: SqliteStoreOptions = {}): Promise<StateStore> {
  return await openWithMigrations(file, migrations, options);
}
