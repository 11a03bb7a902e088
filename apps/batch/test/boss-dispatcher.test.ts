import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { openPostgresStore } from "@universe-optimize/state-store/postgres";
import { PgBoss } from "pg-boss";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type BossDispatcher, bossDispatcher } from "../src/boss/index.ts";
import { type PostgresServer, startPostgres } from "@universe-optimize/test-servers/postgres";

const WORKER = fileURLToPath(new URL("./support/look-until-killed.ts", import.meta.url));
let server: PostgresServer;
let schemas = 0;

beforeAll(async () => {
  server = await startPostgres();
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

function open(schema: string, errors: unknown[] = []): Promise<BossDispatcher> {
  const onError = (error: unknown): void => void errors.push(error);
  return bossDispatcher({ url: server.url, schema, concurrency: 4, pollMs: 50, retryMs: 1, onError });
}

it("gives each project to one of two workers at a time, early ones first, and again when they say so", async () => {
  const schema = `uo_${(schemas += 1)}`;
  const errors: unknown[] = [];
  await using one = await open(schema, errors);
  await using two = await open(schema, errors);
  const ids = Array.from({ length: 20 }, (_, index) => `p${index}`);
  await one.enqueue(["tomorrow", "moved"], new Date(Date.now() + 86_400_000));
  await one.enqueue([...ids, "moved"]);
  await two.enqueue(ids);
  expect(await two.counts()).toEqual({ waiting: 22, active: 0 });
  const stop = new AbortController();
  const looks = new Map<string, number>();
  const active = new Set<string>();
  const handler = async (id: string): Promise<Date | null> => {
    expect(active.has(id)).toBe(false);
    active.add(id);
    const count = (looks.get(id) ?? 0) + 1;
    looks.set(id, count);
    await wait(5);
    active.delete(id);
    if (id === "p7" && count === 1) throw new Error("once");
    if (count === 1) return new Date();
    if (looks.size === 21 && [...looks.values()].every((each) => each === 2)) stop.abort();
    return null;
  };
  await Promise.all([one.work(handler, stop.signal), two.work(handler, stop.signal)]);
  expect([...looks.keys()].toSorted()).toEqual([...ids, "moved"].toSorted());
  expect(new Set(looks.values())).toEqual(new Set([2]));
  expect(errors).toEqual([expect.objectContaining({ message: "once" })]);
  expect(await one.counts()).toEqual({ waiting: 1, active: 0 });
});

it("sends the next look with the change of the run, or neither", async () => {
  const schema = `uo_${(schemas += 1)}`;
  await using dispatcher = await open(schema);
  let refuse = false;
  await using store = await openPostgresStore(server.url, {
    schema,
    onRun: async (trx, run) => {
      await dispatcher.onRun(trx, run);
      if (refuse) throw new Error("after the look was sent");
    },
  });
  const contact = { company: null, contact_name: null, contact_email: null, contact_title: null };
  await store.syncProjects([{ id: "a", repo: "o/n", language: "go", ...contact }]);
  const { name, fence } = (await store.acquireLease("project:a", "me", 60_000))!;
  const right = { lease: name, fence };
  refuse = true;
  await expect(store.createRun(right, "a", "fork")).rejects.toThrow("after the look");
  expect(await store.latestRun("a")).toBeNull();
  expect(await dispatcher.counts()).toEqual({ waiting: 0, active: 0 });
  refuse = false;
  const run = await store.createRun(right, "a", "fork");
  const step = await store.beginStep(right, run.id, "fork");
  const later = new Date(Date.now() + 86_400_000).toISOString();
  await store.finishStep(right, step, { result: "again", run: { due_at: later } });
  // Two changes, one look: the earlier.
  expect(await dispatcher.counts()).toEqual({ waiting: 1, active: 0 });
  const stop = new AbortController();
  const seen: string[] = [];
  await dispatcher.work(async (id) => {
    seen.push(id);
    // While it is looked at, the next one is sent in the transaction of its outcome.
    const next = await store.beginStep(right, run.id, "fork");
    const finished_at = new Date().toISOString();
    await store.finishStep(right, next, { result: "again", run: { due_at: later } });
    expect(await dispatcher.counts()).toEqual({ waiting: 1, active: 1 });
    await store.updateRun(right, run.id, { run: { finished_at, outcome: "stopped", step: "finished" } });
    stop.abort();
    return null;
  }, stop.signal);
  expect(seen).toEqual(["a"]);
  expect(await dispatcher.counts()).toEqual({ waiting: 1, active: 0 });
});

/** A worker looks at a and b, and is killed meanwhile. */
async function dieLooking(schema: string, heartbeatSeconds: number): Promise<void> {
  const worker = spawn(process.execPath, [WORKER, schema, "600000", String(heartbeatSeconds)], {
    env: { ...process.env, DATABASE_URL: server.url },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  worker.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
  const closed = once(worker, "close");
  while (!(output.includes("begin a") && output.includes("begin b"))) await wait(20);
  worker.kill("SIGKILL");
  await closed;
}

it("takes back at once what somebody knows to be a dead worker's, and nothing of its own", async () => {
  const schema = `uo_${(schemas += 1)}`;
  const heartbeatSeconds = 3600;
  const options = { url: server.url, schema, concurrency: 4, pollMs: 50, heartbeatSeconds };
  await using dispatcher = await bossDispatcher(options);
  await dispatcher.enqueue(["a", "b"]);
  await dieLooking(schema, heartbeatSeconds);
  // Too early to tell, at first.
  while ((await dispatcher.takeBack(async (id) => id === "a")) === 0) await wait(200);
  expect(await dispatcher.counts()).toEqual({ waiting: 1, active: 1 });
  const stop = new AbortController();
  const seen: string[] = [];
  let ownTaken: number | null = null;
  const working = dispatcher.work(async (id) => {
    seen.push(id);
    const asked: string[] = [];
    while (!asked.includes("b")) {
      await wait(200);
      await dispatcher.takeBack(async (each) => {
        asked.push(each);
        return false;
      });
    }
    await wait(3500);
    ownTaken = await dispatcher.takeBack(async (each) => each === "a");
    stop.abort();
    return null;
  }, stop.signal);
  await working;
  expect(ownTaken).toBe(0);
  expect(seen).toEqual(["a"]);
  expect(await dispatcher.counts()).toEqual({ waiting: 0, active: 1 });
});

it("takes over what a killed worker had, and goes on after the database was killed", async () => {
  const schema = `uo_${(schemas += 1)}`;
  const errors: unknown[] = [];
  await using dispatcher = await bossDispatcher({
    url: server.url,
    schema,
    concurrency: 4,
    pollMs: 50,
    heartbeatSeconds: 10,
    onError: (error) => errors.push(error),
  });
  await dispatcher.enqueue(["a", "b"]);
  await dieLooking(schema, 10);
  expect(await dispatcher.counts()).toEqual({ waiting: 0, active: 2 });

  const stop = new AbortController();
  const seen = new Set<string>();
  const working = dispatcher.work(async (id) => {
    seen.add(id);
    if (seen.size === 3) stop.abort();
    return null;
  }, stop.signal);
  await server.kill();
  await wait(300);
  expect(errors.length).toBeGreaterThan(0);
  await server.start();
  for (let left = 200; left > 0; left -= 1) {
    try {
      await dispatcher.enqueue(["c"]);
      break;
    } catch {
      await wait(50);
    }
  }
  await working;
  expect([...seen].toSorted()).toEqual(["a", "b", "c"]);
  expect(errors.some((error) => String(error).includes("only-for-tests"))).toBe(false);
});

it("keeps a schedule in the database, and acts once a time, whoever asks for it", async () => {
  const schema = `uo_${(schemas += 1)}`;
  await using one = await open(schema);
  await using two = await open(schema);
  const stop = new AbortController();
  let acts = 0;
  const act = async (): Promise<void> => {
    acts += 1;
    await wait(100);
    stop.abort();
  };
  // As the database's clock would do at midnight, without waiting for it.
  const clock = new PgBoss({ connectionString: server.url, schema: `${schema}_jobs`, supervise: false });
  await clock.start();
  const working = [one, two].map((each) => each.schedule("sweep", "0 0 * * *", act, stop.signal));
  while ((await clock.getSchedules()).length === 0) await wait(20);
  expect(await clock.getSchedules()).toMatchObject([
    { name: "cron-sweep", cron: "0 0 * * *", timezone: "UTC" },
  ]);
  expect(await clock.send("cron-sweep")).not.toBeNull();
  expect(await clock.send("cron-sweep")).toBeNull();
  await Promise.all(working);
  expect(acts).toBe(1);
  await clock.stop({ graceful: false, close: true });
});
