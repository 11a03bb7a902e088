import { CompiledQuery, type DatabaseConnection, type QueryResult } from "kysely";
import type { PoolClient, QueryResult as PgResult } from "pg";
import { StoreError } from "../errors.ts";
import { CommitInDoubt, isLost, isStalePlan } from "./store-error.ts";

/** How many statements get a name, under which each connection prepares them once. Long lists of values get none. */
const NAMED_STATEMENTS = 300;
const LONGEST_NAMED = 4_000;
const names = new Map<string, string>();

/** What writes rows. Others (raw statements, another program's with `onRun`) pass values as their types want them. */
const WRITING = new Set(["InsertQueryNode", "UpdateQueryNode"]);
const CHANGING = new Set(["INSERT", "UPDATE", "DELETE", "MERGE"]);
const BEGIN = "begin; select floor(extract(epoch from clock_timestamp()) * 1000)::float8 as now";

/** Asks a transaction when it began, by the server's clock; answered without asking the server again. */
export const TRANSACTION_TIME: CompiledQuery<{ now: Date }> = CompiledQuery.raw(
  "select clock_timestamp() as now",
);

/** One connection of the pool. Once `broken` it must not be used again: the server may still do what was asked last. */
export class PostgresConnection implements DatabaseConnection {
  readonly client: PoolClient;
  broken = false;
  #beganAt: Date | null = null;

  constructor(client: PoolClient) {
    this.client = client;
  }

  async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    if (query.sql === TRANSACTION_TIME.sql) return { rows: [{ now: this.#beganAt }] as Row[] };
    const name = nameOf(query.sql);
    const { command, rowCount, rows } = await this.#guarded(
      this.client.query<Row & object>({
        ...(name === null ? {} : { name }),
        text: query.sql,
        values: WRITING.has(query.query.kind) ? query.parameters.map(toValue) : [...query.parameters],
      }),
    );
    if (CHANGING.has(command)) return { numAffectedRows: BigInt(rowCount ?? rows.length), rows };
    return { rows };
  }

  async *streamQuery<Row>(query: CompiledQuery): AsyncIterableIterator<QueryResult<Row>> {
    yield await this.executeQuery<Row>(query);
  }

  /** One message to the server, which also says what time it is: workers' clocks differ, and leases end by one of them. */
  async begin(): Promise<void> {
    const results = (await this.#guarded(this.client.query(BEGIN))) as unknown as PgResult<{ now: number }>[];
    this.#beganAt = new Date(results[1]!.rows[0]!.now);
  }

  /** @throws CommitInDoubt when the connection is lost before the server has answered */
  async commit(): Promise<void> {
    let result: PgResult;
    try {
      result = await this.#guarded(this.client.query("commit"));
    } catch (cause) {
      throw isLost(cause) ? new CommitInDoubt("the connection was lost in a commit", { cause }) : cause;
    }
    // A transaction that failed is rolled back by its commit, without an error.
    if (result.command !== "COMMIT")
      throw new StoreError("constraint", "The database rolled the transaction back; nothing was written.");
  }

  /** The error that led here says more than one of a connection that is gone. */
  async rollback(): Promise<void> {
    if (this.broken) return;
    await this.client.query("rollback").catch(() => {
      this.broken = true;
    });
  }

  async #guarded<Result>(work: Promise<Result>): Promise<Result> {
    try {
      return await work;
    } catch (error) {
      if (isLost(error) || isStalePlan(error)) this.broken = true;
      throw error;
    }
  }
}

function nameOf(sql: string): string | null {
  const known = names.get(sql);
  if (known !== undefined) return known;
  if (names.size >= NAMED_STATEMENTS || sql.length > LONGEST_NAMED) return null;
  const name = `uo_${names.size}`;
  names.set(sql, name);
  return name;
}

/** As SQLite takes values: texts, numbers and null. PostgreSQL has no NUL in its texts, and would keep what is no number. */
function toValue(value: unknown): unknown {
  if (value === null || value === undefined || typeof value === "bigint") return value ?? null;
  if (typeof value === "string") return value.includes("\0") ? value.replaceAll("\0", "\uFFFD") : value;
  if (typeof value === "number") return Number.isNaN(value) ? null : value;
  throw new StoreError(
    "constraint",
    `The database takes text, numbers and null only; this is ${value instanceof Date ? "a date" : `a value of type ${typeof value}`}.`,
  );
}
