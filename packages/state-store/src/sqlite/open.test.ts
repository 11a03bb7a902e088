import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { copyFile, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import Database from "better-sqlite3";
import { sql } from "kysely";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../test/temporary-store.ts";
import type { StoreError } from "../errors.ts";
import { migrations, type SchemaMigration } from "../migrations/index.ts";
import { openSqliteStore } from "./index.ts";
import { openWithMigrations } from "./open.ts";

async function errorOf(work: Promise<unknown>): Promise<StoreError> {
  const error: unknown = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toMatchObject({ name: "StoreError" });
  return error as StoreError;
}

const PROJECT = {
  id: "a",
  repo: "o/n",
  language: "java",
  company: null,
  contact_name: null,
  contact_email: null,
  contact_title: null,
};

const addNote: SchemaMigration = async (db) => {
  await db.schema.alterTable("projects").addColumn("note", "text").execute();
};
const breaks: SchemaMigration = async (db) => {
  await db.schema.createTable("half").addColumn("id", "integer").execute();
  await sql`update projects set status = 'nonsense'`.execute(db);
};
/** The version that this program writes, and one after it. */
const NOW = Object.keys(migrations).length;
const NEXT = { ...migrations, "9998-note": addNote };

describe("a new file", () => {
  it("waits for the disk, checks foreign keys and keeps a write-ahead log", async () => {
    await using folder = await temporaryFolder();
    const file = join(folder.path, "universe_optimize.db");
    await using store = await openSqliteStore(file);
    expect(store.schemaVersion).toBe(NOW);
    const database = new Database(file);
    expect(database.pragma("journal_mode", { simple: true })).toBe("wal");
    database.close();
  });

  it("has the specification's projects table, column by column", async () => {
    await using folder = await temporaryFolder();
    const file = join(folder.path, "x.db");
    await (await openSqliteStore(file))[Symbol.asyncDispose]();
    const database = new Database(file);
    const columns = database.pragma("table_info(projects)") as {
      name: string;
      type: string;
      pk: number;
      dflt_value: string;
    }[];
    expect(columns.map(({ name, type }) => `${name} ${type.toUpperCase()}`)).toEqual([
      "id TEXT",
      "repo TEXT",
      "language TEXT",
      "fork_url TEXT",
      "company TEXT",
      "contact_name TEXT",
      "contact_email TEXT",
      "contact_title TEXT",
      "status TEXT",
      "vm_id TEXT",
      "vm_ip TEXT",
      "created_at TIMESTAMP",
      "started_at TIMESTAMP",
      "completed_at TIMESTAMP",
      "optimization_branch TEXT",
      "num_optimizations INTEGER",
      "best_speedup TEXT",
      "summary_json TEXT",
      "email_draft_path TEXT",
    ]);
    expect(columns[0]?.pk).toBe(1);
    expect(columns[8]?.dflt_value).toBe("'pending'");
    database.close();
  });

  it("lets nobody change or delete an event", async () => {
    await using folder = await temporaryFolder();
    const file = join(folder.path, "x.db");
    await using store = await openSqliteStore(file);
    await store.appendEvent({ kind: "k", message: "m" });
    const database = new Database(file);
    expect(() => database.exec("update events set message = 'x'")).toThrow("events is append-only");
    expect(() => database.exec("delete from events")).toThrow("events is append-only");
    database.close();
    expect(await store.events()).toMatchObject([{ message: "m" }]);
  });

  it("does not take a value of another type", async () => {
    await using folder = await temporaryFolder();
    const file = join(folder.path, "x.db");
    await using store = await openSqliteStore(file);
    await store.syncProjects([PROJECT]);
    const { name, fence } = (await store.acquireLease("x", "me", 60_000))!;
    const run = await store.createRun({ lease: name, fence }, "a", "fork");
    const change = (attempt: unknown) =>
      store.updateRun({ lease: name, fence }, run.id, { run: { attempt: attempt as never } });
    for (const attempt of ["many", 1.5, {}, new Date(0)])
      expect((await errorOf(change(attempt))).code).toBe("constraint");
    expect(await store.run(run.id)).toEqual(run);
  });

  it("may be opened by several at once", async () => {
    await using folder = await temporaryFolder();
    const file = join(folder.path, "x.db");
    const stores = await Promise.all(Array.from({ length: 5 }, () => openSqliteStore(file)));
    await Promise.all(stores.map((store, index) => store.appendEvent({ kind: "k", message: `${index}` })));
    expect(await stores[0]!.events()).toHaveLength(5);
    await Promise.all(stores.map((store) => store[Symbol.asyncDispose]()));
    expect(await readdir(folder.path)).toEqual(["x.db"]);
  });

  it("takes its times from the clock that it is given", async () => {
    await using folder = await temporaryFolder();
    const clock = () => new Date("2030-01-02T03:04:05.006Z");
    await using store = await openSqliteStore(join(folder.path, "x.db"), { clock });
    expect((await store.appendEvent({ kind: "k", message: "m" })).at).toBe("2030-01-02T03:04:05.006Z");
  });
});

describe("a migration", () => {
  async function currentVersion(file: string): Promise<void> {
    await using store = await openSqliteStore(file);
    await store.syncProjects([PROJECT]);
  }

  it("leaves a copy of the file as it was", async () => {
    await using folder = await temporaryFolder();
    const file = join(folder.path, "x.db");
    await currentVersion(file);
    await using store = await openWithMigrations(file, NEXT, {});
    expect(store.schemaVersion).toBe(NOW + 1);
    expect(await store.projects()).toMatchObject([{ id: "a", note: null }]);
    await using before = await openSqliteStore(`${file}.before-v${NOW + 1}.bak`);
    expect(before.schemaVersion).toBe(NOW);
    expect(await before.projects()).toHaveLength(1);
  });

  it("makes no copy where there is nothing to lose, and none at the next opening", async () => {
    await using folder = await temporaryFolder();
    const file = join(folder.path, "x.db");
    for (let round = 0; round < 2; round += 1)
      await (await openWithMigrations(file, NEXT, {}))[Symbol.asyncDispose]();
    expect(await readdir(folder.path)).toEqual(["x.db"]);
  });

  it("that fails changes nothing and names the copy", async () => {
    await using folder = await temporaryFolder();
    const file = join(folder.path, "x.db");
    await currentVersion(file);
    const before = await readFile(file);
    const error = await errorOf(openWithMigrations(file, { ...NEXT, "9999-breaks": breaks }, {}));
    expect(error).toMatchObject({ code: "migration_failed", file });
    expect(error.message).toContain(`${file}.before-v${NOW + 2}.bak`);
    expect(existsSync(`${file}.before-v${NOW + 2}.bak`)).toBe(true);
    await using store = await openSqliteStore(file);
    expect(store.schemaVersion).toBe(NOW);
    expect(Object.keys((await store.projects())[0]!)).not.toContain("note");
    expect((await readFile(file)).equals(before)).toBe(true);
  });

  it("by several at once is done once, and the copy is the old version", async () => {
    await using folder = await temporaryFolder();
    const file = join(folder.path, "x.db");
    await currentVersion(file);
    const stores = await Promise.all(Array.from({ length: 4 }, () => openWithMigrations(file, NEXT, {})));
    for (const store of stores) {
      expect(store.schemaVersion).toBe(NOW + 1);
      await store[Symbol.asyncDispose]();
    }
    await using before = await openSqliteStore(`${file}.before-v${NOW + 1}.bak`, { readonly: true });
    expect(before.schemaVersion).toBe(NOW);
  });

  it("is refused where the copy cannot be made", async () => {
    await using folder = await temporaryFolder();
    const file = join(folder.path, "x.db");
    await currentVersion(file);
    await mkdir(`${file}.before-v${NOW + 1}.bak`);
    await writeFile(join(`${file}.before-v${NOW + 1}.bak`, "in the way"), "");
    expect((await errorOf(openWithMigrations(file, NEXT, {}))).code).toBe("read_only");
    await using store = await openSqliteStore(file);
    expect(store.schemaVersion).toBe(NOW);
    expect((await readdir(folder.path)).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });
});

describe("a file that cannot be used", () => {
  it("of a newer version stays as it is", async () => {
    await using folder = await temporaryFolder();
    const file = join(folder.path, "x.db");
    await (await openWithMigrations(file, NEXT, {}))[Symbol.asyncDispose]();
    const before = await readFile(file);
    for (const readonly of [false, true]) {
      const error = await errorOf(openSqliteStore(file, { readonly }));
      expect(error).toMatchObject({ code: "newer_schema", retryable: false, file });
      expect(error.message).toContain("update Universe Optimize");
    }
    expect((await readFile(file)).equals(before)).toBe(true);
  });

  it.each(["x", "This is a letter, not a database.\n".repeat(200), "SQLite format 3\0".repeat(300)])(
    "is no database: %.20j",
    async (text) => {
      await using folder = await temporaryFolder();
      const file = join(folder.path, "x.db");
      await writeFile(file, text);
      for (const readonly of [false, true]) {
        expect(await errorOf(openSqliteStore(file, { readonly }))).toMatchObject({
          code: "not_a_store",
          file,
        });
      }
      expect(await readFile(file, "utf8")).toBe(text);
    },
  );

  it("is a database of another program", async () => {
    await using folder = await temporaryFolder();
    const file = join(folder.path, "x.db");
    const database = new Database(file);
    database.exec("create table songs (title text)");
    database.close();
    const before = await readFile(file);
    expect((await errorOf(openSqliteStore(file))).code).toBe("not_a_store");
    expect((await readFile(file)).equals(before)).toBe(true);
  });

  it("is another program's that uses Kysely too", async () => {
    await using folder = await temporaryFolder();
    const file = join(folder.path, "x.db");
    const database = new Database(file);
    database.exec("create table kysely_migration (name text primary key, timestamp text)");
    database.exec("insert into kysely_migration values ('2020-songs', '2020-01-01')");
    database.close();
    expect((await errorOf(openSqliteStore(file))).code).toBe("not_a_store");
  });

  it("is damaged", async () => {
    await using folder = await temporaryFolder();
    const file = join(folder.path, "x.db");
    await (await openSqliteStore(file))[Symbol.asyncDispose]();
    const bytes = await readFile(file);
    await writeFile(file, bytes.fill(0xff, 100, bytes.length));
    expect((await errorOf(openSqliteStore(file))).code).toBe("not_a_store");
  });

  it("is a device", async () => {
    expect((await errorOf(openSqliteStore("/dev/null"))).code).toBe("not_a_store");
  });

  it("is a folder", async () => {
    await using folder = await temporaryFolder();
    for (const readonly of [false, true]) {
      const error = await errorOf(openSqliteStore(folder.path, { readonly }));
      expect(error.code).toBe("read_only");
      expect(error.message).toContain("is a folder");
    }
  });

  it("lies in a file instead of a folder", async () => {
    await using folder = await temporaryFolder();
    await writeFile(join(folder.path, "file"), "");
    expect((await errorOf(openSqliteStore(join(folder.path, "file", "x.db")))).code).toBe("read_only");
  });

  it("lies in a folder that does not exist", async () => {
    await using folder = await temporaryFolder();
    const error = await errorOf(openSqliteStore(join(folder.path, "absent", "x.db")));
    expect(error.code).toBe("not_found");
    expect(existsSync(join(folder.path, "absent"))).toBe(false);
  });

  it("is held by another connection for too long", async () => {
    await using folder = await temporaryFolder();
    const file = join(folder.path, "x.db");
    await using store = await openSqliteStore(file, { busyTimeoutMs: 30 });
    const other = new Database(file);
    other.exec("begin immediate");
    const error = await errorOf(store.appendEvent({ kind: "k", message: "m" }));
    expect(error).toMatchObject({ code: "locked", retryable: true, file });
    expect(await store.events()).toEqual([]);
    expect((await errorOf(openSqliteStore(file, { busyTimeoutMs: 30 }))).code).toBe("locked");
    other.exec("rollback");
    other.close();
    await store.appendEvent({ kind: "k", message: "m" });
  });

  it("is on a full disk: what was to be written is not, and what was stays", async () => {
    await using folder = await temporaryFolder();
    const file = join(folder.path, "x.db");
    await (await openSqliteStore(file))[Symbol.asyncDispose]();
    await using store = await openWithMigrations(file, migrations, {
      prepare: (database) => database.pragma("max_page_count = 60"),
    });
    const text = "x".repeat(10_000);
    const append = () => store.appendEvent({ kind: "k", message: text });
    const results = await Promise.allSettled(Array.from({ length: 40 }, append));
    const written = results.filter(({ status }) => status === "fulfilled").length;
    expect(written).toBeGreaterThan(0);
    expect(written).toBeLessThan(40);
    expect((await errorOf(append())).code).toBe("disk_full");
    expect(await store.events()).toHaveLength(written);
    await store.syncProjects([]);
  });
});

describe("readonly", () => {
  it("creates nothing", async () => {
    await using folder = await temporaryFolder();
    const error = await errorOf(openSqliteStore(join(folder.path, "x.db"), { readonly: true }));
    expect(error).toMatchObject({ code: "not_found" });
    expect(await readdir(folder.path)).toEqual([]);
  });

  it("shows what others write and refuses to write", async () => {
    await using folder = await temporaryFolder();
    const file = join(folder.path, "x.db");
    await using writer = await openSqliteStore(file);
    await using reader = await openSqliteStore(file, { readonly: true });
    await writer.syncProjects([PROJECT]);
    expect(await reader.projects()).toHaveLength(1);
    expect((await errorOf(reader.syncProjects([PROJECT]))).code).toBe("read_only");
    expect((await errorOf(reader.acquireLease("x", "me", 1000))).code).toBe("read_only");
  });

  it("does not migrate", async () => {
    await using folder = await temporaryFolder();
    const file = join(folder.path, "x.db");
    await (await openSqliteStore(file))[Symbol.asyncDispose]();
    const before = await readFile(file);
    const error = await errorOf(openWithMigrations(file, NEXT, { readonly: true }));
    expect(error.code).toBe("read_only");
    expect(error.message).toContain("older version");
    expect((await readFile(file)).equals(before)).toBe(true);
  });

  it("says that an empty file is no store yet", async () => {
    await using folder = await temporaryFolder();
    const file = join(folder.path, "x.db");
    await writeFile(file, "");
    expect((await errorOf(openSqliteStore(file, { readonly: true }))).code).toBe("not_a_store");
    expect(await readFile(file, "utf8")).toBe("");
  });
});

describe("a folder that this user may not write", () => {
  // Permission bits do not stop root: as root, the work is done by a child of another user, where that user may read
  // this program at all.
  const child = fileURLToPath(new URL("../../test/open-as-somebody.ts", import.meta.url));
  const somebody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
  const look = ["--eval", `require("node:fs").readFileSync(${JSON.stringify(child)})`];
  const maySee = spawnSync(process.execPath, look, { cwd: "/", ...somebody }).status === 0;

  it.runIf(process.platform !== "win32" && maySee)(
    "is refused for writing, and read all the same",
    async () => {
      await using folder = await temporaryFolder();
      const closed = join(folder.path, "closed");
      await mkdir(closed);
      await using store = await openSqliteStore(join(folder.path, "x.db"));
      await store.syncProjects([PROJECT]);
      await store[Symbol.asyncDispose]();
      await copyFile(join(folder.path, "x.db"), join(closed, "x.db"));
      spawnSync("chmod", ["0444", join(closed, "x.db")]);
      spawnSync("chmod", ["0555", closed, folder.path]);
      const { stdout, stderr } = spawnSync(process.execPath, [child, join(closed, "x.db")], {
        encoding: "utf8",
        cwd: "/",
        ...somebody,
      });
      spawnSync("chmod", ["0755", closed, folder.path]);
      expect(stderr).toBe("");
      expect(JSON.parse(stdout)).toEqual({ writing: "read_only", creating: "read_only", reading: ["a"] });
      expect(await readdir(closed)).toEqual(["x.db"]);
    },
  );
});
