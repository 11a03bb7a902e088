import { statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import Database from "better-sqlite3";
import { Kysely } from "kysely";
import { StoreError } from "../errors.ts";
import { KyselyStore } from "../kysely-store.ts";
import type { SchemaMigration } from "../migrations/index.ts";
import type { CampaignDatabase } from "../schema.ts";
import type { StateStore } from "../store.ts";
import { SqliteConnection } from "./connection.ts";
import { ImmediateSqliteDialect } from "./dialect.ts";
import { migrate } from "./migrate.ts";
import { openArchived } from "./open-archived.ts";
import { readSchemaVersion } from "./schema-version.ts";
import { toStoreError } from "./store-error.ts";

/** One page of the smallest size (https://www.sqlite.org/fileformat.html). */
const SMALLEST_BYTES = 512;

export interface SqliteStoreOptions {
  /** Only looks: creates and migrates nothing. */
  readonly readonly?: boolean;
  /** Where every time in the store comes from; the computer's clock by default. */
  readonly clock?: () => Date;
  /** How long to wait for another process that is writing; 5 s by default. */
  readonly busyTimeoutMs?: number;
}

/** What tests need beside: `prepare` is called with the open database, as a limit that the system might have set. */
export interface OpeningOptions extends SqliteStoreOptions {
  readonly prepare?: (database: Database.Database) => void;
}

export async function openWithMigrations(
  path: string,
  migrations: Readonly<Record<string, SchemaMigration>>,
  { readonly = false, clock = () => new Date(), busyTimeoutMs = 5_000, prepare }: OpeningOptions,
): Promise<StateStore> {
  const file = resolve(path);
  const known = Object.keys(migrations).toSorted();
  let database: Database.Database | undefined;
  try {
    requirePlace(file, readonly);
    database = readonly ? openReadonly(file) : new Database(file, { timeout: 0 });
    const connection = new SqliteConnection(database, busyTimeoutMs);
    const version = await connection.patiently(() => readSchemaVersion(database!, file, known));
    if (readonly) requireVersion(file, version, known.length);
    else await connection.patiently(() => prepareForWriting(database!));
    prepare?.(database);
    const db = new Kysely<CampaignDatabase>({
      dialect: new ImmediateSqliteDialect(database, connection),
    });
    if (version < known.length) await migrate(db, database, file, migrations, version);
    return new KyselyStore(db, {
      schemaVersion: known.length,
      clock,
      rowLocks: false,
      close: () => database?.close(),
      toStoreError: (error) => toStoreError(error, file),
    });
  } catch (error) {
    database?.close();
    throw toStoreError(error, file);
  }
}

function openReadonly(file: string): Database.Database {
  const database = new Database(file, { readonly: true, fileMustExist: true, timeout: 0 });
  try {
    database.pragma("schema_version");
    return database;
  } catch (error) {
    database.close();
    const archived = openArchived(file, error);
    if (archived === null) throw error;
    return archived;
  }
}

/**
 * Waits for the disk at every commit (FULL, and F_FULLFSYNC where the system has it): what a step did outside cannot
 * be undone, so its outcome must survive a loss of power. Fails at once where the file cannot be written.
 */
function prepareForWriting(database: Database.Database): void {
  database.pragma("journal_mode = wal");
  database.pragma("synchronous = full");
  database.pragma("fullfsync = on");
  database.pragma("foreign_keys = on");
  database.exec("begin immediate; rollback");
}

/** Says plainly what SQLite would call "unable to open database file". */
function requirePlace(file: string, readonly: boolean): void {
  const place = statSync(file, { throwIfNoEntry: false });
  if (place?.isDirectory()) {
    throw new StoreError(
      "read_only",
      `${file} is a folder; expected a database file. Name another campaign folder.`,
      { file },
    );
  }
  if (place !== undefined) {
    // SQLite takes a file of one byte, or a device, for an empty database and writes over it.
    if (place.isFile() && (place.size === 0 || place.size >= SMALLEST_BYTES)) return;
    throw new StoreError(
      "not_a_store",
      `${file} is no SQLite database. Move it away, or name another campaign folder.`,
      { file },
    );
  }
  const folder = dirname(file);
  if (statSync(folder, { throwIfNoEntry: false }) === undefined) {
    throw new StoreError(
      "not_found",
      `The folder ${folder} does not exist. Create the campaign first, or name another folder.`,
      {
        file,
      },
    );
  }
  if (readonly) {
    throw new StoreError("not_found", `${file} does not exist: nothing was started in this campaign yet.`, {
      file,
    });
  }
}

function requireVersion(file: string, version: number, expected: number): void {
  if (version === expected) return;
  if (version === 0) {
    throw new StoreError("not_a_store", `${file} is empty: nothing was started in this campaign yet.`, {
      file,
    });
  }
  throw new StoreError(
    "read_only",
    `${file} was written by an older version (schema ${version}; this one needs ${expected}). Open it once for writing: any command that starts or collects does.`,
    { file },
  );
}
