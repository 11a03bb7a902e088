import { createRequire } from "node:module";
import type { Points } from "./points.ts";

interface Statement {
  run(...parameters: unknown[]): unknown;
}
interface SqliteDatabase {
  readonly inTransaction: boolean;
  prepare(sql: string): Statement;
  exec(sql: string): unknown;
}
interface PostgresClient {
  query(...args: unknown[]): unknown;
}

const WRITES = /^\s*(?:insert|update|delete|replace|create|drop|alter)\b/i;

/** Points before and after everything that changes the database on disk: each commit, and each write that is its own transaction. */
export function watchDatabase(points: Points): void {
  const ofStore = createRequire(import.meta.resolve("@universe-optimize/state-store/sqlite"));
  watchSqlite(points, ofStore("better-sqlite3") as { readonly prototype: SqliteDatabase });
  watchPostgres(
    points,
    (ofStore("pg") as { readonly Client: { readonly prototype: PostgresClient } }).Client,
  );
}

function watchSqlite(points: Points, { prototype }: { readonly prototype: SqliteDatabase }): void {
  const { prepare, exec } = prototype;
  const around = <T>(act: string, work: () => T): T => {
    points.pass("before", act);
    const result = work();
    points.pass("after", act);
    return result;
  };
  prototype.prepare = function (sql) {
    const statement = prepare.call(this, sql);
    const isCommit = /^\s*commit\b/i.test(sql);
    if (!isCommit && !WRITES.test(sql)) return statement;
    const run = statement.run.bind(statement);
    statement.run = (...parameters) => {
      if (isCommit) return around("commit", () => run(...parameters));
      return this.inTransaction ? run(...parameters) : around("write", () => run(...parameters));
    };
    return statement;
  };
  prototype.exec = function (sql) {
    return this.inTransaction || !WRITES.test(sql)
      ? exec.call(this, sql)
      : around("write", () => exec.call(this, sql));
  };
}

function watchPostgres(points: Points, { prototype }: { readonly prototype: PostgresClient }): void {
  const { query } = prototype;
  prototype.query = function (...args) {
    const [first] = args;
    const text = typeof first === "string" ? first : ((first as { text?: string } | undefined)?.text ?? "");
    if (!/^\s*commit\b/i.test(text)) return query.apply(this, args);
    // The server may have heard of a commit whose answer nobody waits for any more.
    return points.around("commit", async () => await query.apply(this, args), true);
  };
}
