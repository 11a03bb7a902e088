import {
  type DatabaseConnection,
  type DatabaseIntrospector,
  type Dialect,
  type DialectAdapter,
  type Driver,
  type Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  type QueryCompiler,
} from "kysely";
import type { Pool, PoolClient } from "pg";
import { PostgresConnection } from "./connection.ts";
import { CampaignQueryCompiler } from "./query-compiler.ts";

/** Kysely on a pool of pg. Every connection is set up by `session` before its first use. */
export class PooledPostgresDialect implements Dialect {
  readonly #pool: Pool;
  readonly #session: string;

  constructor(pool: Pool, session: string) {
    this.#pool = pool;
    this.#session = session;
  }

  createDriver(): Driver {
    return new PooledPostgresDriver(this.#pool, this.#session);
  }

  createQueryCompiler(): QueryCompiler {
    return new CampaignQueryCompiler();
  }

  createAdapter(): DialectAdapter {
    return new PostgresAdapter();
  }

  createIntrospector(db: Kysely<unknown>): DatabaseIntrospector {
    return new PostgresIntrospector(db);
  }
}

class PooledPostgresDriver implements Driver {
  readonly #pool: Pool;
  readonly #session: string;
  readonly #connections = new WeakMap<PoolClient, PostgresConnection>();

  constructor(pool: Pool, session: string) {
    this.#pool = pool;
    this.#session = session;
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<DatabaseConnection> {
    const client = await this.#pool.connect();
    const known = this.#connections.get(client);
    if (known !== undefined) return known;
    try {
      await client.query(this.#session);
    } catch (error) {
      client.release(true);
      throw error;
    }
    const connection = new PostgresConnection(client);
    this.#connections.set(client, connection);
    return connection;
  }

  async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await (connection as PostgresConnection).begin();
  }

  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await (connection as PostgresConnection).commit();
  }

  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    await (connection as PostgresConnection).rollback();
  }

  async releaseConnection(connection: DatabaseConnection): Promise<void> {
    const { client, broken } = connection as PostgresConnection;
    client.release(broken);
  }

  async destroy(): Promise<void> {
    await this.#pool.end();
  }
}
