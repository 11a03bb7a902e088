import { execFile } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { openPostgresStore } from "@universe-optimize/state-store/postgres";
import { openSqliteStore } from "@universe-optimize/state-store/sqlite";
import { expect, it } from "vitest";
import { startPostgres } from "@universe-optimize/test-servers/postgres";
import { temporaryFolder } from "./temporary-store.ts";

const WORKER = fileURLToPath(new URL("./cap-worker.ts", import.meta.url));
const CAP = 3;
const exec = promisify(execFile);

/** Two processes that want more machines at once than there may be; each keeps its first one. */
async function race(place: string, url?: string): Promise<void> {
  const { DATABASE_URL: _none, ...environment } = process.env;
  const env = url === undefined ? environment : { ...environment, DATABASE_URL: url };
  const outputs = await Promise.all(
    ["one", "two"].map((name) => exec(process.execPath, [WORKER, place, name, String(CAP)], { env })),
  );
  for (const { stdout } of outputs) {
    const { most, begun } = JSON.parse(stdout) as { most: number; begun: number };
    expect(begun).toBe(12);
    expect(most).toBeLessThanOrEqual(CAP);
  }
}

it("two processes on one file never have more machines than the cap", async () => {
  await using folder = await temporaryFolder();
  const file = join(folder.path, "x.db");
  await (await openSqliteStore(file))[Symbol.asyncDispose]();
  await race(file);
  await using store = await openSqliteStore(file);
  expect(await store.machines("alive")).toHaveLength(2);
});

it("two processes on one PostgreSQL never have more machines than the cap", async () => {
  await using server = await startPostgres();
  await (await openPostgresStore(server.url, { schema: "uo_cap" }))[Symbol.asyncDispose]();
  await race("uo_cap", server.url);
  await using store = await openPostgresStore(server.url, { schema: "uo_cap" });
  expect(await store.machines("alive")).toHaveLength(2);
});
