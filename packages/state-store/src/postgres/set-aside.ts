import pg from "pg";
import { parseAddress } from "./address.ts";
import { toStoreError } from "./store-error.ts";

/**
 * Gives a schema another name, under which nothing looks for it, so that a new one can take its place. Nothing of it is lost.
 *
 * @throws StoreError as `openPostgresStore`
 */
export async function setSchemaAside(url: string, schema: string, as: string): Promise<void> {
  const { place } = parseAddress(url);
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  client.on("error", () => {});
  try {
    await client.connect();
    await client.query(`alter schema ${pg.escapeIdentifier(schema)} rename to ${pg.escapeIdentifier(as)}`);
  } catch (error) {
    throw toStoreError(error, place);
  } finally {
    await client.end().catch(() => {});
  }
}
