import type Database from "better-sqlite3";
import {
  type DatabaseConnection,
  type Dialect,
  type DialectAdapter,
  type Driver,
  type Kysely,
  type DatabaseIntrospector,
  type QueryCompiler,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from "kysely";
import type { SqliteConnection } from "./connection.ts";

/** Kysely on an open better-sqlite3 database, with transactions that hold the write lock from their beginning. */
export class ImmediateSqliteDialect implements Dialect {
  readonly #database: Database.Database;
  readonly #connection: SqliteConnection;

  constructor(database: Database.Database, connection: SqliteConnection) {
    this.#database = database;
    this.#connection = connection;
  }

  createDriver(): Driver {
    return new ImmediateSqliteDriver(this.#database, this.#connection);
  }

  createQueryCompiler(): QueryCompiler {
    return new SqliteQueryCompiler();
  }

  createAdapter(): DialectAdapter {
    return new TransactionalDdlAdapter();
  }

  createIntrospector(db: Kysely<unknown>): DatabaseIntrospector {
    return new SqliteIntrospector(db);
  }
}

/** SQLite does roll back tables. Kysely assumes the contrary, and would migrate outside of a transaction. */
class TransactionalDdlAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): true {
    return true;
  }
}

class ImmediateSqliteDriver implements Driver {
  readonly #database: Database.Database;
  readonly #connection: SqliteConnection;

  constructor(database: Database.Database, connection: SqliteConnection) {
    this.#database = database;
    this.#connection = connection;
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<DatabaseConnection> {
    return this.#connection;
  }

  async beginTransaction(): Promise<void> {
    await this.#connection.begin();
  }

  async commitTransaction(): Promise<void> {
    this.#connection.commit();
  }

  async rollbackTransaction(): Promise<void> {
    this.#connection.rollback();
  }

  async releaseConnection(): Promise<void> {}

  async destroy(): Promise<void> {
    this.#database.close();
  }
}
