import { spawn } from "node:child_process";
import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { StateStore } from "@universe-optimize/state-store";
import { openPostgresStore } from "@universe-optimize/state-store/postgres";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type PostgresServer, startPostgres } from "@universe-optimize/test-servers/postgres";

const TRANSITIONS = fileURLToPath(new URL("./postgres-transitions.ts", import.meta.url));
const HOUR_MS = 3_600_000;
let server: PostgresServer;
let schemas = 0;

beforeAll(async () => {
  server = await startPostgres();
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

const facts = (id: string) => ({
  id,
  repo: `o/${id}`,
  language: "go",
  company: null,
  contact_name: null,
  contact_email: null,
  contact_title: null,
});

/** Between a store and the server: cuts connections when it is told to, after the bytes that it lets through. */
async function cuttingProxy(): Promise<
  { readonly url: string; cutAt(pattern: string, answered: boolean): void } & AsyncDisposable
> {
  const sockets = new Set<Socket>();
  let cut: { readonly pattern: string; readonly answered: boolean } | null = null;
  const proxy = createServer((client) => {
    const upstream = connect(server.port, "127.0.0.1");
    let doomed = false;
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on("error", () => {});
    }
    client.on("data", (data) => {
      if (cut !== null && data.includes(cut.pattern)) {
        doomed = true;
        if (!cut.answered) {
          client.destroy();
          upstream.destroy();
          cut = null;
          return;
        }
        cut = null;
      }
      upstream.write(data);
    });
    upstream.on("data", (data) => {
      // The server has done it; nobody hears of it.
      if (doomed) {
        client.destroy();
        upstream.destroy();
      } else client.write(data);
    });
    client.on("close", () => upstream.destroy());
    upstream.on("close", () => client.destroy());
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  const { port } = proxy.address() as { port: number };
  return {
    url: server.url.replace(`:${server.port}/`, `:${port}/`),
    cutAt(pattern, answered) {
      cut = { pattern, answered };
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => proxy.close(resolve));
    },
  };
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  return await work.then(
    () => "done",
    (error: { code: string }) => error.code,
  );
}

it("does a transaction again that was cut in its middle, and says so when it was cut in its commit", async () => {
  const schema = `uo_${(schemas += 1)}`;
  await using proxy = await cuttingProxy();
  await using store = await openPostgresStore(proxy.url, { schema });
  await store.syncProjects([facts("a")]);
  const { name, fence } = (await store.acquireLease("project:a", "me", HOUR_MS))!;
  const right = { lease: name, fence };
  const run = await store.createRun(right, "a", "fork");

  proxy.cutAt("insert into", false);
  const step = await store.beginStep(right, run.id, "fork");
  expect(await store.steps(run.id)).toEqual([step]);

  proxy.cutAt("commit", false);
  expect(await codeOf(store.finishStep(right, step, { result: "again" }))).toBe("unavailable");
  expect(await store.steps(run.id)).toMatchObject([{ result: null }]);
  proxy.cutAt("commit", true);
  const unheard = store.finishStep(right, step, {
    result: "again",
    events: [{ kind: "k", message: "once" }],
  });
  await expect(unheard).rejects.toMatchObject({
    code: "unavailable",
    retryable: true,
    message: expect.stringContaining("as a whole or not at all"),
  });
  // It was written, once: whoever reads anew sees it, and whoever writes it again is refused.
  expect(await store.steps(run.id)).toMatchObject([{ result: "again" }]);
  expect(await codeOf(store.finishStep(right, step, { result: "again" }))).toBe("constraint");
  expect(await store.events()).toHaveLength(1);
});

it("says what is missing while the server is away, waits for a short while, and goes on by itself", async () => {
  const schema = `uo_${(schemas += 1)}`;
  await using hasty = await openPostgresStore(server.url, { schema, patienceMs: 0 });
  await using patient = await openPostgresStore(server.url, { schema, patienceMs: 60_000 });
  await hasty.appendEvent({ kind: "k", message: "before" });
  await patient.events();
  await server.kill();
  const refused = hasty.appendEvent({ kind: "k", message: "lost" });
  await expect(refused).rejects.toMatchObject({ name: "StoreError", code: "unavailable", retryable: true });
  const again = await hasty.events().catch((error: unknown) => error as Error);
  expect(again).toMatchObject({ code: "unavailable", message: expect.stringContaining("127.0.0.1") });
  expect(String((again as Error).stack)).not.toContain("only-for-tests");
  expect(await codeOf(openPostgresStore(server.url, { schema, patienceMs: 0 }))).toBe("unavailable");
  const waiting = patient.appendEvent({ kind: "k", message: "patient" });
  await wait(300);
  await server.start();
  expect((await waiting).message).toBe("patient");
  await hasty.appendEvent({ kind: "k", message: "after" });
  expect((await hasty.events()).map(({ message }) => message)).toEqual(["before", "patient", "after"]);
});

it("keeps every transition that two writers were promised over kills of the server and of themselves", async () => {
  const schema = `uo_${(schemas += 1)}`;
  await using store = await openPostgresStore(server.url, { schema, patienceMs: 30_000 });
  await store.syncProjects([facts("a"), facts("b")]);
  const began: number[] = [];
  const finished: number[] = [];
  for (let round = 0; round < 2; round += 1) {
    const outputs = ["", ""];
    const children = ["a", "b"].map((id, index) => {
      const child = spawn(process.execPath, [TRANSITIONS, schema, id], {
        env: { ...process.env, DATABASE_URL: server.url },
        stdio: ["ignore", "pipe", "inherit"],
      });
      child.stdout.setEncoding("utf8").on("data", (text: string) => (outputs[index] += text));
      return { child, closed: once(child, "close") };
    });
    const lines = (index: number): number => outputs[index]!.split("\n").length;
    while (lines(0) < 5 || lines(1) < 5) await wait(10);
    await server.kill();
    await server.start();
    const before = [lines(0), lines(1)];
    while (lines(0) < before[0]! + 4 || lines(1) < before[1]! + 4) await wait(10);
    for (const { child, closed } of children) {
      child.kill("SIGKILL");
      await closed;
    }
    for (const line of outputs.flatMap((output) => output.split("\n").slice(0, -1))) {
      const [word, id] = line.split(" ");
      (word === "began" ? began : finished).push(Number(id));
    }
    for (const id of ["a", "b"]) await check(store, id, began, finished);
  }
});

/** An outcome is there with all of its parts, no part without its outcome, and nothing that was promised is missing. */
async function check(
  store: StateStore,
  projectId: string,
  began: readonly number[],
  finished: readonly number[],
): Promise<void> {
  const run = (await store.latestRun(projectId))!;
  const all = new Set(
    (await Promise.all(["a", "b"].map((id) => stepsOf(store, id)))).flat().map(({ id }) => id),
  );
  expect(began.filter((id) => !all.has(id))).toEqual([]);
  const steps = await stepsOf(store, projectId);
  const ids = new Set(steps.map(({ id }) => id));
  const done = steps.filter(({ result }) => result === "again").map(({ id }) => id);
  expect(finished.filter((id) => ids.has(id) && !done.includes(id))).toEqual([]);
  expect((await store.events({ projectId })).map(({ message }) => Number(message))).toEqual(done);
  expect((await store.costs(run.id)).map(({ source }) => Number(source)).toSorted((a, b) => a - b)).toEqual(
    done,
  );
  expect(run.attempt).toBe(steps.length);
}

async function stepsOf(store: StateStore, projectId: string) {
  return await store.steps((await store.latestRun(projectId))!.id);
}

it("refuses a stale fence, also of one who began before the lease went on", async () => {
  const schema = `uo_${(schemas += 1)}`;
  await using one = await openPostgresStore(server.url, { schema });
  await using two = await openPostgresStore(server.url, { schema });
  await one.syncProjects([facts("a")]);
  for (let round = 0; round < 20; round += 1) {
    const held = (await one.acquireLease("project:a", "one", HOUR_MS))!;
    const right = { lease: held.name, fence: held.fence };
    const run = (await one.latestRun("a")) ?? (await one.createRun(right, "a", "fork"));
    const [taken, written] = await Promise.allSettled([
      two.acquireLease("project:a", "two", HOUR_MS, () => true),
      one.updateRun(right, run.id, { run: { reason: `round ${round}` } }),
    ]);
    expect(taken.status).toBe("fulfilled");
    const { reason } = (await two.run(run.id))!;
    if (written.status === "fulfilled") expect(reason).toBe(`round ${round}`);
    else {
      expect(written.reason).toMatchObject({ code: "stale_lease" });
      expect(reason).not.toBe(`round ${round}`);
    }
    expect(await codeOf(one.updateRun(right, run.id, { run: { reason: "late" } }))).toBe("stale_lease");
    await two.releaseLease({ lease: "project:a", fence: held.fence + 1 });
  }
});

it("waits for a row that somebody else holds", async () => {
  const schema = `uo_${(schemas += 1)}`;
  await using store = await openPostgresStore(server.url, { schema });
  const { name, fence } = (await store.acquireLease("project:a", "me", HOUR_MS))!;
  const held = server.query(`begin; select * from ${schema}.leases for update; select pg_sleep(1); rollback`);
  await wait(200);
  await store.renewLease({ lease: name, fence }, 2 * HOUR_MS);
  await held;
  expect(Date.parse((await store.lease(name))!.expires_at)).toBeGreaterThan(Date.now() + HOUR_MS);
});

it("names what refuses: a wrong password, a database that is not there, another program's schema", async () => {
  const secret = ["not", "the", "password"].join("-");
  const wrong = server.url.replace("only-for-tests", secret);
  const denied = await openPostgresStore(wrong, { schema: "uo_x" }).catch((error: unknown) => error as Error);
  expect(denied).toMatchObject({ code: "access_denied", retryable: false });
  expect(`${(denied as Error).stack}`).not.toContain(secret);
  const missing = server.url.replace("/postgres", "/nobody");
  expect(await codeOf(openPostgresStore(missing, { schema: "uo_x" }))).toBe("not_found");
  expect(await codeOf(openPostgresStore(server.url, { schema: "uo_x", readonly: true }))).toBe("not_found");
  const odd = await openPostgresStore(`nonsense ${secret}`, { schema: "x" }).catch((error: unknown) => error);
  expect(odd).toMatchObject({ code: "not_a_store" });
  expect(JSON.stringify(odd) + String(odd)).not.toContain(secret);

  await server.query("create schema foreign_one; create table foreign_one.things (id int)");
  expect(await codeOf(openPostgresStore(server.url, { schema: "foreign_one" }))).toBe("not_a_store");
  await (await openPostgresStore(server.url, { schema: "uo_newer" }))[Symbol.asyncDispose]();
  await server.query("insert into uo_newer.kysely_migration values ('9999-later', '2030-01-01')");
  expect(await codeOf(openPostgresStore(server.url, { schema: "uo_newer" }))).toBe("newer_schema");
  expect(await codeOf(openPostgresStore(server.url, { schema: "uo_newer", readonly: true }))).toBe(
    "newer_schema",
  );
});

it("does not write through a store that only looks, nor change what is append-only", async () => {
  const schema = `uo_${(schemas += 1)}`;
  await using store = await openPostgresStore(server.url, { schema });
  await store.appendEvent({ kind: "k", message: "m" });
  await using reader = await openPostgresStore(server.url, { schema, readonly: true });
  expect(await reader.events()).toHaveLength(1);
  expect(await codeOf(reader.appendEvent({ kind: "k", message: "m" }))).toBe("read_only");
  for (const act of ["update events set message = 'x'", "delete from events", "truncate events"])
    await expect(server.query(`set search_path to ${schema}; ${act}`)).rejects.toThrow("append-only");
  expect(await store.events()).toMatchObject([{ message: "m" }]);
});
