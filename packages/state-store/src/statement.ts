import type { CompiledQuery } from "kysely";
import type { Db } from "./transaction.ts";

/** Stands in a query for a value that is known when it is executed. */
class Parameter {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/** A place for the value `name`. Its type fits every column. */
export function parameter(name: string): never {
  return new Parameter(name) as never;
}

/**
 * A query that Kysely builds and compiles once for each database, not at every execution: for the transactions of each step, in
 * which building costs more than executing.
 *
 * @example const find = new Statement((db) => db.selectFrom("runs").selectAll().where("id", "=", parameter("id")));
 *          const [run] = await find.rows(trx, { id });
 */
export class Statement<Row> {
  readonly #build: (db: Db) => { compile(): CompiledQuery<Row> };
  /** By Kysely's adapter: one for each opened database, whose dialect it is. */
  readonly #compiled = new WeakMap<object, CompiledQuery<Row>>();

  constructor(build: (db: Db) => { compile(): CompiledQuery<Row> }) {
    this.#build = build;
  }

  /** The rows of a query, or of `returning`. */
  async rows(db: Db, values: Readonly<Record<string, unknown>>): Promise<Row[]> {
    const { adapter } = db.getExecutor();
    let compiled = this.#compiled.get(adapter);
    if (compiled === undefined) {
      compiled = this.#build(db).compile();
      this.#compiled.set(adapter, compiled);
    }
    const parameters = compiled.parameters.map((value) =>
      value instanceof Parameter ? values[value.name] : value,
    );
    return (await db.executeQuery<Row>({ ...compiled, parameters })).rows;
  }
}
