import { randomUUID } from "node:crypto";
import { open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import Database from "better-sqlite3";
import { readSchemaVersion } from "./schema-version.ts";

/**
 * Copies the open database to `<file>.before-v<to>.bak`, on disk when the promise resolves; returns that name.
 *
 * The copy is made under another name and takes its place only when it has version `from`: another process may
 * have migrated in between, and its backup must not be lost to a copy of the new tables.
 */
export async function backUpBeforeMigration(
  database: Database.Database,
  file: string,
  known: readonly string[],
  { from, to }: { readonly from: number; readonly to: number },
): Promise<string> {
  const backup = `${file}.before-v${to}.bak`;
  const temporary = `${backup}.${randomUUID()}.tmp`;
  try {
    database.prepare("vacuum into ?").run(temporary);
    if (versionOf(temporary, known) === from) {
      await flush(temporary, "r+");
      await rename(temporary, backup);
      await flush(dirname(file), "r");
    }
  } finally {
    await rm(temporary, { force: true });
  }
  return backup;
}

function versionOf(file: string, known: readonly string[]): number {
  const copy = new Database(file, { readonly: true });
  try {
    return readSchemaVersion(copy, file, known);
  } finally {
    copy.close();
  }
}

async function flush(path: string, flags: string): Promise<void> {
  await using handle = await open(path, flags);
  // Windows does not open folders for that.
  await handle.sync().catch((error: unknown) => {
    if (flags !== "r") throw error;
  });
}
