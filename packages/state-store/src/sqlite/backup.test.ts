import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import Database from "better-sqlite3";
import { expect, it } from "vitest";
import { temporaryFolder } from "../../test/temporary-store.ts";
import { migrations } from "../migrations/index.ts";
import { backUpBeforeMigration } from "./backup.ts";
import { openSqliteStore } from "./index.ts";

const FROM = Object.keys(migrations).length;
const KNOWN = [...Object.keys(migrations), "9998-note"];

it("does not put a copy of the new tables in the place of the old ones", async () => {
  await using folder = await temporaryFolder();
  const file = join(folder.path, "x.db");
  await (await openSqliteStore(file))[Symbol.asyncDispose]();
  await writeFile(`${file}.before-v${FROM + 1}.bak`, "the copy that another process made");
  const database = new Database(file);
  database.exec("insert into kysely_migration values ('9998-note', '2030-01-01T00:00:00.000Z')");
  await backUpBeforeMigration(database, file, KNOWN, { from: FROM, to: FROM + 1 });
  expect(await readFile(`${file}.before-v${FROM + 1}.bak`, "utf8")).toContain("another process");
  expect((await readdir(folder.path)).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  database.close();
});
