import Database from "better-sqlite3";
import { StoreError } from "../errors.ts";

/**
 * What SQLite's error means for the user of a store.
 * Result codes: https://www.sqlite.org/rescode.html; an extended code begins with its primary one.
 * Errors that are not SQLite's come back as they are.
 */
export function toStoreError(cause: unknown, file: string): unknown {
  if (cause instanceof StoreError) return cause;
  if (!(cause instanceof Database.SqliteError)) return fromFileSystem(cause, file);
  const { code, message } = cause;
  const facts = { file, cause };
  if (code.startsWith("SQLITE_BUSY") || code.startsWith("SQLITE_LOCKED")) {
    return new StoreError(
      "locked",
      `${file} is held by another process for too long. Try again, or end that process.`,
      facts,
    );
  }
  if (code.startsWith("SQLITE_FULL")) {
    return new StoreError(
      "disk_full",
      `The disk is full: ${file} was not changed. Free space and try again.`,
      facts,
    );
  }
  if (code.startsWith("SQLITE_READONLY") || code.startsWith("SQLITE_PERM")) {
    return new StoreError(
      "read_only",
      `${file} or its folder cannot be written (${code}). Give this user the right to write both, or copy the campaign to where it may.`,
      facts,
    );
  }
  if (code.startsWith("SQLITE_CANTOPEN")) {
    return new StoreError(
      "read_only",
      `${file} cannot be opened (${code}). Expected a file in a folder that this user may read and write; name another campaign folder.`,
      facts,
    );
  }
  if (code.startsWith("SQLITE_NOTADB")) {
    return new StoreError(
      "not_a_store",
      `${file} is no SQLite database. Move it away, or name another campaign folder.`,
      facts,
    );
  }
  if (code.startsWith("SQLITE_CORRUPT")) {
    return new StoreError(
      "not_a_store",
      `${file} is damaged (${message}). Restore it from a backup, or save what is left with 'sqlite3 FILE .recover'.`,
      facts,
    );
  }
  if (code.startsWith("SQLITE_IOERR")) {
    return new StoreError(
      "io_error",
      `${file} could not be read or written (${code}). Look after the disk, then try again.`,
      facts,
    );
  }
  return new StoreError(
    "constraint",
    `The database refuses the value: ${message} (${code}). Nothing was changed; correct the value that was to be written.`,
    facts,
  );
}

const REFUSED = ["EACCES", "EPERM", "EROFS", "ENOTDIR", "EISDIR"];
const NO_SPACE = ["ENOSPC", "EDQUOT"];

/** What the file system says when a backup is made or a folder is looked at. */
function fromFileSystem(cause: unknown, file: string): unknown {
  const code = (cause as { code?: unknown } | null)?.code;
  if (typeof code !== "string") return cause;
  if (REFUSED.includes(code)) {
    return new StoreError(
      "read_only",
      `${file} or its folder cannot be used (${code}). Give this user the right to read and write both, or name another campaign folder.`,
      { file, cause },
    );
  }
  if (NO_SPACE.includes(code)) {
    return new StoreError(
      "disk_full",
      `The disk is full: ${file} was not changed. Free space and try again.`,
      { file, cause },
    );
  }
  return cause;
}
