import { Kysely } from "kysely";
import pg from "pg";
import { StoreError } from "../errors.ts";
import { KyselyStore, type OnRun } from "../kysely-store.ts";
import type { SchemaMigration } from "../migrations/index.ts";
import type { CampaignDatabase } from "../schema.ts";
import type { StateStore } from "../store.ts";
import type { Db } from "../transaction.ts";
import { parseAddress } from "./address.ts";
import { TRANSACTION_TIME } from "./connection.ts";
import { PooledPostgresDialect } from "./dialect.ts";
import { countOnBehind, freezeTables } from "./copying.ts";
import { lockWords } from "./lock.ts";
import { migrate, type Place, readSchemaVersion } from "./migrate.ts";
import { patiently } from "./patience.ts";
import { toStoreError } from "./store-error.ts";

/** PostgreSQL's int8: counts and numbers of rows, far below 2^53. */
const INT8 = 20;
const PATIENCE_MS = 5_000;
const CONNECTIONS = 4;

export interface PostgresStoreOptions {
  /** Where the campaign's tables lie: `schemaOfCampaign(name)`. */
  readonly schema: string;
  /** Only looks: creates and migrates nothing, and the server refuses every write. */
  readonly readonly?: boolean;
  /** Where every time in the store comes from; the server's clock by default, so that workers on several computers agree. */
  readonly clock?: () => Date;
  /** Connections at most; 4 by default. A server has 100 for everybody. */
  readonly connections?: number;
  /** How long to go on trying while the server is away, or others are in the way; 5 s by default. */
  readonly patienceMs?: number;
  /** Called in the transaction of every change of a run, with the run as it is then: what it writes there is written with it. */
  readonly onRun?: OnRun;
}

export async function openWithMigrations(
  url: string,
  migrations: Readonly<Record<string, SchemaMigration>>,
  options: PostgresStoreOptions,
): Promise<StateStore> {
  const { schema, readonly = false, connections = CONNECTIONS, patienceMs = PATIENCE_MS } = options;
  const place: Place = { schema, words: parseAddress(url).place };
  const known = Object.keys(migrations).toSorted();
  const pool = openPool(url, connections);
  const db: Db = new Kysely<CampaignDatabase>({
    dialect: new PooledPostgresDialect(pool, sessionOf(schema, readonly)),
  });
  try {
    await patiently(async () => {
      const version = await readSchemaVersion(db, place, known);
      if (readonly) requireVersion(place, version, known.length);
      else if (version !== known.length) await migrate(db, place, migrations);
    }, patienceMs);
    return new KyselyStore(db, {
      schemaVersion: known.length,
      clock: options.clock ?? (() => new Date()),
      now: options.clock ?? (async (trx) => (await trx.executeQuery(TRANSACTION_TIME)).rows[0]!.now),
      rowLocks: true,
      lock: (trx, words) => lockWords(trx, schema, words),
      again: (work) => patiently(work, patienceMs),
      copying: { freeze: freezeTables, countOn: countOnBehind },
      toStoreError: (error) => toStoreError(error, place.words),
      ...(options.onRun === undefined ? {} : { onRun: options.onRun }),
    });
  } catch (error) {
    await db.destroy();
    throw toStoreError(error, place.words);
  }
}

function openPool(url: string, connections: number): pg.Pool {
  const types = new pg.TypeOverrides();
  types.setTypeParser(INT8, Number);
  const pool = new pg.Pool({
    connectionString: url,
    application_name: "universe-optimize",
    max: connections,
    connectionTimeoutMillis: 10_000,
    idleTimeoutMillis: 60_000,
    keepAlive: true,
    // The server ends a statement first (below); this is for a server that does not answer at all any more.
    query_timeout: 60_000,
    types,
  });
  // A connection that ends while nobody asks anything on it is replaced; without a listener it would end the process.
  pool.on("error", () => {});
  pool.on("connect", (client) => client.on("error", () => {}));
  return pool;
}

/**
 * Waits for the disk at every commit, whatever the server's default: what a step did outside cannot be undone. A process
 * that is stopped in the middle of a transaction loses it and its locks, so that others go on.
 */
function sessionOf(schema: string, readonly: boolean): string {
  return [
    `set search_path to ${pg.escapeIdentifier(schema)}`,
    "set synchronous_commit to on",
    "set statement_timeout to '30s'",
    "set lock_timeout to '10s'",
    "set idle_in_transaction_session_timeout to '15s'",
    "set default_transaction_isolation to 'read committed'",
    ...(readonly ? ["set default_transaction_read_only to on"] : []),
  ].join("; ");
}

function requireVersion({ schema, words }: Place, version: number | null, expected: number): void {
  if (version === expected) return;
  if (version === null || version === 0) {
    throw new StoreError(
      "not_found",
      `There is no schema ${schema} in ${words}: nothing was started in this campaign yet.`,
    );
  }
  throw new StoreError(
    "read_only",
    `The schema ${schema} in ${words} was written by an older version (schema ${version}; this one needs ${expected}). Open it once for writing: any command that starts or collects does.`,
  );
}
