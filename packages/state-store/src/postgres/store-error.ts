import { StoreError } from "../errors.ts";

/** What went wrong on the way to the server, or with the server as a whole: nothing is wrong with the statement. */
const LOST_CODES = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "ECONNABORTED",
  "EPIPE",
  "ETIMEDOUT",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENETDOWN",
  "ENOENT",
  "53300", // too_many_connections
  "53200", // out_of_memory
  "57P01", // admin_shutdown
  "57P02", // crash_shutdown
  "57P03", // cannot_connect_now
  "57P05", // idle_session_timeout
  "25P03", // idle_in_transaction_session_timeout
]);
/** pg's own words for a connection that ended; they have no code. */
const LOST_WORDS =
  /connection terminated|timeout exceeded when trying to connect|not queryable|query read timeout|connection error|connection ended/iu;

/** Whether the connection is gone or was never there: what was asked on it may be asked again on another. */
export function isLost(error: unknown): boolean {
  const { code, message, errors } = error as { code?: unknown; message?: unknown; errors?: unknown };
  if (typeof code === "string") return LOST_CODES.has(code) || code.startsWith("08");
  if (Array.isArray(errors)) return errors.length > 0 && errors.every(isLost);
  return error instanceof Error && typeof message === "string" && LOST_WORDS.test(message);
}

/** Whether the same transaction may succeed when it is done again: it lost against another one. */
export function isConflict(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return code === "40001" || code === "40P01";
}

/** A statement was prepared before another process added a column. A new connection prepares it anew. */
export function isStalePlan(error: unknown): boolean {
  const { code, message } = error as { code?: unknown; message?: unknown };
  return code === "0A000" && typeof message === "string" && message.includes("cached plan");
}

/** The connection was lost while the server committed: nobody knows whether it did. */
export class CommitInDoubt extends Error {}

/**
 * What PostgreSQL's error means for the user of a store; `place` is where, without user and password.
 * Codes: https://www.postgresql.org/docs/current/errcodes-appendix.html. Errors that are not PostgreSQL's come back as they are.
 */
export function toStoreError(cause: unknown, place: string): unknown {
  if (cause instanceof StoreError) return cause;
  if (cause instanceof CommitInDoubt) {
    return new StoreError(
      "unavailable",
      `The connection to ${place} was lost while it wrote. The write is there as a whole or not at all: read the run anew before going on.`,
      { cause: cause.cause },
    );
  }
  if (isLost(cause)) {
    return new StoreError(
      "unavailable",
      `${capital(place)} does not answer (${reason(cause)}). Nothing was written; it goes on by itself once the database is back. See that the server runs, that this computer reaches it, and that it has connections left.`,
      { cause },
    );
  }
  const { code, message } = Object(cause) as { code?: unknown; message?: string };
  if (typeof code !== "string" || !/^[0-9A-Z]{5}$/u.test(code)) return cause;
  const facts = { cause };
  if (code.startsWith("28")) {
    return new StoreError(
      "access_denied",
      `${capital(place)} refuses this user (${code}). Correct user and password in DATABASE_URL.`,
      facts,
    );
  }
  switch (code) {
    case "3D000":
      return new StoreError("not_found", `${capital(place)} does not exist. Create it first.`, facts);
    case "53100":
      return new StoreError(
        "disk_full",
        `The disk of ${place} is full; nothing was written. Free space there.`,
        facts,
      );
    case "55P03":
    case "57014":
    case "40001":
    case "40P01":
      return new StoreError(
        "locked",
        `${capital(place)} is held by other writers for too long (${code}). Try again.`,
        facts,
      );
    case "25006":
    case "42501":
      return new StoreError(
        "read_only",
        `${capital(place)} cannot be written by this user (${message}). Give it the right to create a schema there, or name the primary server.`,
        facts,
      );
    case "42P01":
    case "3F000":
      return new StoreError(
        "not_a_store",
        `The campaign's tables are missing in ${place} (${message}). Restore them from a backup.`,
        facts,
      );
    case "58030":
    case "XX001":
    case "XX002":
      return new StoreError(
        "io_error",
        `${capital(place)} could not be read or written (${code}: ${message}). Look after its disk.`,
        facts,
      );
    default:
      return new StoreError(
        "constraint",
        `The database refuses the value: ${message} (${code}). Nothing was changed; correct the value that was to be written.`,
        facts,
      );
  }
}

function reason(cause: unknown): string {
  const { code, message } = cause as { code?: unknown; message?: unknown };
  if (typeof code === "string") return code;
  return typeof message === "string" && message !== "" ? message : "no connection";
}

function capital(text: string): string {
  return text[0]!.toUpperCase() + text.slice(1);
}
