import { createHash, type Hash } from "node:crypto";
import { sql, type Transaction } from "kysely";
import type { CampaignDatabase } from "../schema.ts";
import { type TableName, TABLES } from "./tables.ts";

/** Rows at a time: a campaign's events do not fit into memory at once, and a statement takes 32,766 values. */
const ROWS = 500;
/** What a database remembers of itself; it does not hold for a copy. */
const OF_ITSELF = "store/";

/** One row, as the driver gives it. */
export type Row = Readonly<Record<string, string | number | null>>;

/** All rows of a table by its key, some at a time. Nobody may write meanwhile. */
export async function* readTable(
  trx: Transaction<CampaignDatabase>,
  table: TableName,
): AsyncGenerator<readonly Row[]> {
  const order = sql.join(TABLES[table].key.map((column) => sql.ref(column)));
  const which =
    table === "memory"
      ? sql`where substr(key, 1, ${sql.lit(OF_ITSELF.length)}) <> ${sql.lit(OF_ITSELF)}`
      : sql``;
  for (let offset = 0; ; offset += ROWS) {
    const { rows } = await sql<Row>`select * from ${sql.table(table)} ${which} order by ${order}
      limit ${sql.lit(ROWS)} offset ${sql.lit(offset)}`.execute(trx);
    if (rows.length > 0) yield rows;
    if (rows.length < ROWS) return;
  }
}

/** Counts and hashes rows: columns by name, values as JSON, so that two databases give the same for the same. */
export class RowDigest {
  readonly #hash: Hash = createHash("sha256");
  #rows = 0;

  add(rows: readonly Row[]): void {
    for (const row of rows) {
      const columns = Object.keys(row).toSorted();
      this.#hash.update(`${JSON.stringify(columns.map((column) => [column, plain(row[column])]))}\n`);
    }
    this.#rows += rows.length;
  }

  end(): { readonly rows: number; readonly sha256: string } {
    return { rows: this.#rows, sha256: this.#hash.digest("hex") };
  }
}

/** A NUL is the one character that PostgreSQL has not; it stands there as U+FFFD. */
function plain(value: Row[string] | undefined): unknown {
  return typeof value === "string" ? value.replaceAll("\0", "\uFFFD") : value;
}
