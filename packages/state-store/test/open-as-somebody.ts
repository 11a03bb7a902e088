// Opens the store in argv[2] in three ways and prints what came of it. Started by a test as a user without rights.
import { dirname, join } from "node:path";
import { StoreError } from "@universe-optimize/state-store";
import { openSqliteStore } from "@universe-optimize/state-store/sqlite";

const file = process.argv[2]!;
await using reader = await openSqliteStore(file, { readonly: true });
const reading = (await reader.projects()).map(({ id }) => id);
const writing = await codeOf(openSqliteStore(file));
const creating = await codeOf(openSqliteStore(join(dirname(file), "new.db")));
process.stdout.write(JSON.stringify({ writing, creating, reading }));

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return "opened";
  } catch (error) {
    return error instanceof StoreError ? error.code : String(error);
  }
}
