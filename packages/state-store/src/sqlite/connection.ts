import { setTimeout as wait } from "node:timers/promises";
import type Database from "better-sqlite3";
import type { CompiledQuery, DatabaseConnection, QueryResult } from "kysely";
import { StoreError } from "../errors.ts";

/** How many statements stay prepared. The store has some forty; lists of values add a few for each length. */
const PREPARED_STATEMENTS = 200;
const LONGEST_PAUSE_MS = 50;

/**
 * One SQLite connection that waits for other connections without blocking.
 *
 * SQLite's own busy handler sleeps in the thread that asked. Two stores in one process would then wait for each
 * other until the time is up, since the one that holds the lock cannot go on. So the handler is off (`timeout: 0`)
 * and what meets a lock is tried again from here, with the event loop running in between.
 *
 * Inside a transaction nothing is tried again: it holds the write lock from its first statement on.
 */
export class SqliteConnection implements DatabaseConnection {
  readonly #database: Database.Database;
  readonly #busyTimeoutMs: number;
  readonly #prepared = new Map<string, Database.Statement>();

  constructor(database: Database.Database, busyTimeoutMs: number) {
    this.#database = database;
    this.#busyTimeoutMs = busyTimeoutMs;
  }

  async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    return await this.patiently(() => this.#execute<Row>(query.sql, query.parameters));
  }

  async *streamQuery<Row>(query: CompiledQuery): AsyncIterableIterator<QueryResult<Row>> {
    yield await this.executeQuery<Row>(query);
  }

  /** Takes the write lock at once: a transaction that reads first and writes then may fail in the middle. */
  async begin(): Promise<void> {
    await this.patiently(() => this.#execute("begin immediate", []));
  }

  commit(): void {
    this.#execute("commit", []);
  }

  /** SQLite ends a transaction by itself when the disk is full; a second rollback would hide that error. */
  rollback(): void {
    if (this.#database.inTransaction) this.#execute("rollback", []);
  }

  /** Does `act`, again and again while another connection is in its way, up to the time limit. */
  async patiently<Result>(act: () => Result): Promise<Result> {
    // Most acts meet no lock: they pay for no clock.
    try {
      return act();
    } catch (error) {
      if (this.#database.inTransaction || !isBusy(error)) throw error;
    }
    const deadline = performance.now() + this.#busyTimeoutMs;
    for (let pause = 1; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
      await wait(pause * (0.5 + Math.random() / 2));
      try {
        return act();
      } catch (error) {
        if (!isBusy(error) || performance.now() >= deadline) throw error;
      }
    }
  }

  #execute<Row>(sql: string, parameters: readonly unknown[]): QueryResult<Row> {
    const statement = this.#prepare(sql);
    try {
      if (statement.reader) return { rows: statement.all(parameters) as Row[] };
      const { changes, lastInsertRowid } = statement.run(parameters);
      return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) };
    } catch (cause) {
      if (!(cause instanceof TypeError || cause instanceof RangeError)) throw cause;
      // A value that no column can hold: an object, a date …
      throw new StoreError("constraint", `The database takes text, numbers and null only: ${cause.message}`, {
        cause,
      });
    }
  }

  #prepare(sql: string): Database.Statement {
    const known = this.#prepared.get(sql);
    if (known !== undefined) return known;
    const statement = this.#database.prepare(sql);
    if (this.#prepared.size >= PREPARED_STATEMENTS) this.#prepared.clear();
    this.#prepared.set(sql, statement);
    return statement;
  }
}

function isBusy(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === "string" && (code.startsWith("SQLITE_BUSY") || code.startsWith("SQLITE_LOCKED"));
}
