// What a transition of a run costs beside better-sqlite3 alone, and how many claims PostgreSQL takes from 1, 2 and 4 workers.
//   node benchmarks/state-store.ts [--transitions 10000] [--rounds 3] [--claims 1000] [--write]
// A transition is beginStep and finishStep, one durable transaction each. Both sides write the same rows to the same tables, on the
// same disk, interleaved. --write replaces state-store.json.
import { fork } from "node:child_process";
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { throughDriver, throughStore } from "../packages/state-store/test/transitions.ts";
import { startPostgres } from "../packages/test-servers/src/postgres/index.ts";
import { openPostgresStore } from "../packages/state-store/src/postgres/index.ts";
import { openSqliteStore } from "../packages/state-store/src/sqlite/index.ts";

const { values } = parseArgs({
  options: {
    transitions: { type: "string", default: "10000" },
    rounds: { type: "string", default: "3" },
    claims: { type: "string", default: "1000" },
    write: { type: "boolean", default: false },
  },
});
const WORKER = fileURLToPath(new URL("../packages/state-store/test/claim-worker.ts", import.meta.url));
const WORKERS = [1, 2, 4];
const TMPFS = 0x01021994;
const [transitions, rounds, claims] = [values.transitions, values.rounds, values.claims].map(Number) as [
  number,
  number,
  number,
];

const sqlite = await sqliteCost();
const postgres = await postgresCost();
const report = { measured: new Date().toISOString().slice(0, 10), sqlite, postgres };
process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
if (values.write)
  writeFileSync(new URL("state-store.json", import.meta.url), `${JSON.stringify(report, null, 2)}\n`);
if (sqlite.ratio > 1.5) process.exitCode = 1;

async function sqliteCost() {
  const folder = mkdtempSync(join(tmpdir(), "state-store-"));
  const times = { store: [] as number[], raw: [] as number[] };
  for (let round = 0; round < rounds; round += 1) {
    const file = join(folder, `${round}.db`);
    {
      await using store = await openSqliteStore(file);
      times.store.push(await throughStore(store, transitions));
    }
    times.raw.push(throughDriver(file, transitions));
  }
  const disk = statfsSync(folder).type === TMPFS ? "memory" : "disk";
  rmSync(folder, { recursive: true });
  const ratios = times.store.map((time, index) => time / times.raw[index]!);
  return {
    transitions,
    disk,
    storeMs: Math.round(median(times.store)),
    betterSqlite3Ms: Math.round(median(times.raw)),
    ratio: round2(median(ratios)),
    ratios: ratios.map(round2),
  };
}

async function postgresCost() {
  await using server = await startPostgres({ fsync: true });
  const schema = "uo_benchmark";
  let transitionsPerSecond: number;
  {
    await using store = await openPostgresStore(server.url, { schema });
    const count = Math.min(transitions, 2_000);
    transitionsPerSecond = Math.round((count / (await throughStore(store, count))) * 1000);
  }
  const claimsPerSecond: Record<string, number> = {};
  for (const workers of WORKERS) {
    const ready = Array.from({ length: workers }, (_, index) =>
      startWorker(server.url, schema, workers, index),
    );
    const children = await Promise.all(ready);
    const begin = performance.now();
    await Promise.all(children.map((go) => go()));
    claimsPerSecond[workers] = Math.round(((claims * workers) / (performance.now() - begin)) * 1000);
  }
  return { fsync: true, transitionsPerSecond, claimsPerWorker: claims, claimsPerSecond };
}

/** A process with an open store, which begins when it is told to; resolves to that. */
async function startWorker(
  url: string,
  schema: string,
  workers: number,
  index: number,
): Promise<() => Promise<void>> {
  const child = fork(WORKER, [schema, String(claims), `${workers}-${index}`], {
    env: { ...process.env, DATABASE_URL: url },
  });
  const next = (): Promise<unknown> => new Promise((resolve) => child.once("message", resolve));
  await next();
  return async () => {
    const done = next();
    child.send("go");
    await done;
    child.disconnect();
  };
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)]!;
}

function round2(value: number): number {
  return Math.round(value * 100) / 100;
}
