import { join } from "node:path";
import Database from "better-sqlite3";
import { CompiledQuery } from "kysely";
import { expect, it } from "vitest";
import { temporaryFolder } from "../../test/temporary-store.ts";
import { SqliteConnection } from "./connection.ts";

it("does not hide the error of a transaction that SQLite ended by itself", async () => {
  const database = new Database(":memory:");
  const connection = new SqliteConnection(database, 0);
  await connection.begin();
  database.exec("rollback");
  expect(() => {
    connection.rollback();
  }).not.toThrow();
  database.close();
});

it("lets the other connection of the same process go on while it waits", async () => {
  await using folder = await temporaryFolder();
  const file = join(folder.path, "x.db");
  const [first, second] = [new Database(file, { timeout: 0 }), new Database(file, { timeout: 0 })];
  first.pragma("journal_mode = wal");
  const [one, two] = [new SqliteConnection(first, 60_000), new SqliteConnection(second, 60_000)];
  await one.begin();
  let waiting = true;
  const turn = two.begin().then(() => (waiting = false));
  await one.executeQuery(CompiledQuery.raw("create table t (a)"));
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(waiting).toBe(true);
  one.commit();
  await turn;
  two.rollback();
  first.close();
  second.close();
});

it("keeps no more statements prepared than its limit, and all of them work", async () => {
  const database = new Database(":memory:");
  const connection = new SqliteConnection(database, 0);
  for (let value = 0; value < 450; value += 1) {
    expect((await connection.executeQuery(CompiledQuery.raw(`select ${value} as value`))).rows).toEqual([
      { value },
    ]);
  }
  database.close();
});
