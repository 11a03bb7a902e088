import { StoreError } from "../errors.ts";

/** What of a database's URL may be shown: never its user or password. */
export interface Address {
  /** "the database uo at db.example.com:5432" */
  readonly place: string;
}

/** @throws StoreError `not_a_store`, without the URL, its password or a cause that would hold them */
export function parseAddress(url: string): Address {
  let parsed: URL | null = null;
  try {
    parsed = new URL(url);
  } catch {
    // The error holds the URL, and with it the password.
  }
  if (parsed === null || !["postgres:", "postgresql:"].includes(parsed.protocol)) {
    throw new StoreError(
      "not_a_store",
      "The database's URL is no address of PostgreSQL. Expected postgres://USER:PASSWORD@HOST:5432/DATABASE, with special characters of the password as %XX.",
    );
  }
  const host = parsed.hostname === "" ? (parsed.searchParams.get("host") ?? "localhost") : parsed.hostname;
  const name = parsed.pathname.slice(1);
  return {
    place: `the database ${name === "" ? "(default)" : name} at ${host}:${parsed.port === "" ? "5432" : parsed.port}`,
  };
}
