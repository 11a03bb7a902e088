import { StoreError } from "./errors.ts";

const BOOKKEEPING = ["kysely_migration", "kysely_migration_lock"];

/** What a database shows of itself before anything is done to it. */
export interface SchemaFacts {
  readonly tables: readonly string[];
  /** Names of the migrations that were applied, in order; empty where the table of migrations is missing. */
  readonly applied: readonly string[];
  /** What to call it in a message: a file, or a schema of a server. */
  readonly place: string;
  /** What to do with a database that is not ours: "move it away". */
  readonly otherwise: string;
  readonly file?: string;
}

/**
 * How many of `known` migrations a database has; 0: it is empty.
 *
 * @throws StoreError `newer_schema` or `not_a_store`
 */
export function schemaVersion(facts: SchemaFacts, known: readonly string[]): number {
  const { applied, tables, place, otherwise } = facts;
  const error = facts.file === undefined ? {} : { file: facts.file };
  const common = Math.min(applied.length, known.length);
  const foreign =
    (applied.length === 0 && tables.some((table) => !BOOKKEEPING.includes(table))) ||
    applied.slice(0, common).some((name, index) => name !== known[index]);
  if (foreign) {
    throw new StoreError(
      "not_a_store",
      `${place} is a database of another program. Nothing was changed: ${otherwise}.`,
      error,
    );
  }
  if (applied.length > known.length) {
    throw new StoreError(
      "newer_schema",
      `${place} was written by a newer version (schema ${applied.length}; this one knows ${known.length}). Nothing was changed: update Universe Optimize.`,
      error,
    );
  }
  return applied.length;
}
