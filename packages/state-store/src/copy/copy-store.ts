import type { Transaction } from "kysely";
import { StoreError } from "../errors.ts";
import { KyselyStore } from "../kysely-store.ts";
import type { CampaignDatabase } from "../schema.ts";
import type { StateStore } from "../store.ts";
import { readTable, RowDigest } from "./read-table.ts";
import { TABLE_NAMES, type TableName } from "./tables.ts";

/** What a table holds: equal digests are equal rows, in whichever database. */
export interface TableDigest {
  readonly table: string;
  readonly rows: number;
  readonly sha256: string;
}

/** The digests of all tables at one moment. What a database remembers of itself (`store/…`) is left out. */
export async function digestStore(store: StateStore): Promise<TableDigest[]> {
  return await rowsOf(store).frozen((trx) => digestTables(trx));
}

/**
 * Copies every row of one store to another, of any two databases: fences, numbers and times as they are. The source is
 * frozen meanwhile; the target has all of it or nothing. Before the copy is kept every row is read back and compared.
 *
 * @throws StoreError `not_empty` when the target holds anything, `io_error` when a table reads back differently; the target is
 * as it was then
 */
export async function copyStore(from: StateStore, to: StateStore): Promise<TableDigest[]> {
  return await rowsOf(from).frozen((source) =>
    rowsOf(to).frozen(async (target, countOn) => {
      await requireEmpty(target);
      const written: TableDigest[] = [];
      for (const table of TABLE_NAMES) written.push(await copyTable(source, target, table));
      await countOn();
      const found = await digestTables(target);
      for (const [index, { table, rows, sha256 }] of written.entries()) {
        const copy = found[index]!;
        if (copy.rows === rows && copy.sha256 === sha256) continue;
        throw new StoreError(
          "io_error",
          `The copy of ${table} has ${copy.rows} rows (${copy.sha256}); the original has ${rows} (${sha256}). Nothing was kept of the copy. Look after both disks, then try again.`,
        );
      }
      return written;
    }),
  );
}

async function copyTable(
  source: Transaction<CampaignDatabase>,
  target: Transaction<CampaignDatabase>,
  table: TableName,
): Promise<TableDigest> {
  const digest = new RowDigest();
  for await (const rows of readTable(source, table)) {
    digest.add(rows);
    await target.insertInto(table).values(rows).execute();
  }
  return { table, ...digest.end() };
}

async function digestTables(trx: Transaction<CampaignDatabase>): Promise<TableDigest[]> {
  const digests: TableDigest[] = [];
  for (const table of TABLE_NAMES) {
    const digest = new RowDigest();
    for await (const rows of readTable(trx, table)) digest.add(rows);
    digests.push({ table, ...digest.end() });
  }
  return digests;
}

async function requireEmpty(trx: Transaction<CampaignDatabase>): Promise<void> {
  for (const table of TABLE_NAMES) {
    const { rows } = await trx
      .selectFrom(table)
      .select(({ fn }) => fn.countAll<number>().as("rows"))
      .executeTakeFirstOrThrow();
    if (rows === 0) continue;
    throw new StoreError(
      "not_empty",
      `The database to copy to holds ${rows} rows in ${table}; nothing was written. Move it away, or name another one.`,
    );
  }
}

function rowsOf(store: StateStore): KyselyStore {
  if (store instanceof KyselyStore) return store;
  throw new StoreError("constraint", "Only stores of this package can be copied.");
}
