import { readFileSync, statSync } from "node:fs";
import Database from "better-sqlite3";

/** Where the header says that a database uses the write-ahead log: 2, instead of 1 (https://www.sqlite.org/fileformat.html). */
const FORMAT_VERSIONS = [18, 19];
const LARGEST_BYTES = 512 * 1024 * 1024;

/**
 * A database in the write-ahead mode needs two files beside it even to be read. In a folder that cannot be written
 * (an archive, another user's campaign) it cannot have them. When the log is missing or empty nobody is writing and the file
 * is whole: then it is read into memory. null: that is not the reason for `error`.
 */
export function openArchived(file: string, error: unknown): Database.Database | null {
  const { code } = error as { code?: unknown };
  if (
    code !== "SQLITE_CANTOPEN" &&
    code !== "SQLITE_READONLY_CANTINIT" &&
    code !== "SQLITE_READONLY_DIRECTORY"
  )
    return null;
  if ((statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0) return null;
  const bytes = readFileSync(file);
  if (bytes.length > LARGEST_BYTES) return null;
  for (const offset of FORMAT_VERSIONS) if (bytes[offset] === 2) bytes[offset] = 1;
  return new Database(bytes, { readonly: true });
}
