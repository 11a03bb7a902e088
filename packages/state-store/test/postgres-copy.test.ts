import { join } from "node:path";
import type { StateStore } from "@universe-optimize/state-store";
import { copyStore, digestStore } from "@universe-optimize/state-store/copy";
import { openPostgresStore, setSchemaAside } from "@universe-optimize/state-store/postgres";
import { openSqliteStore } from "@universe-optimize/state-store/sqlite";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type PostgresServer, startPostgres } from "@universe-optimize/test-servers/postgres";
import { temporaryFolder } from "./temporary-store.ts";

let server: PostgresServer;

beforeAll(async () => {
  server = await startPostgres();
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

const HOUR_MS = 3_600_000;
const SHA = "a".repeat(64);

/** Something in every table, with what databases differ in: order of letters, halves of numbers, characters. */
async function fill(store: StateStore): Promise<void> {
  const contact = { company: "Zoë & Ωmega", contact_name: null, contact_email: null, contact_title: null };
  const ids = ["b", "B", "a-1", "a_1", "Ä"];
  await store.syncProjects(ids.map((id) => ({ id, repo: `org/${id}`, language: "go", ...contact })));
  for (const [index, id] of ids.entries()) {
    const { name, fence } = (await store.acquireLease(`project:${id}`, "me", HOUR_MS))!;
    const right = { lease: name, fence };
    const run = await store.createRun(right, id, "fork");
    for (let count = 0; count < 130; count += 1) {
      const machine = { name: `m-${id}-${count}`, provider: "local", usd_per_hour: 0.1 + count / 7 };
      const step = await store.beginStep(right, run.id, "fork", machine);
      await store.finishStep(right, step, {
        result: "again",
        costs: [{ kind: "agent", source: `${count}`, usd: count / 3, basis: "measured" }],
        events: [{ kind: "k", message: `${id} ${count} \u0000 \u{1F600} '"\\`, data: { index } }],
      });
    }
    await store.updateRun(right, run.id, {
      optimizations: [
        {
          position: 0,
          commit_sha: null,
          function_name: "f",
          file: "f.go",
          description: "d",
          technique: "t",
          speedup_text: "2.3x",
          speedup: 2.3,
          memory_text: null,
          memory_mib: null,
          label: "verified",
          reason: null,
          quoted: 2.2,
          lower: 2.25,
          upper: 2.350_000_000_000_000_1,
          quoted_mib: null,
        },
      ],
      drafts: [
        {
          project_id: id,
          template: "1.md",
          run_id: run.id,
          path: "p",
          subject: "s",
          state: "draft",

          proven: true,
          generated_sha256: SHA,
          input_sha256: SHA,
          rendered_at: run.created_at,
          sent_at: null,
        },
      ],
    });
  }
  await store.decide({ projectId: "b", kind: "policy_override", subject: "x", reason: "r", by: "me" });
  await store.approve({
    projectId: "b",
    template: "1.md",
    sha256: SHA,
    recipient: "j@example.com",
    by: "me",
  });
  await store.suppress({ target: "@example.org", reason: "asked", requestedAt: new Date() });
  const delivery = { projectId: "b", template: "1.md", sha256: SHA, reference: null, messageId: null };
  await store.recordDelivery({ ...delivery, channel: "eml" });
  await store.remember("github/cooldown", { until: 7 }, null);
  await store.remember("store/moved", { to: "postgres" }, null);
}

it("copies a campaign to PostgreSQL and back, row by row the same, and counts on", async () => {
  await using folder = await temporaryFolder();
  await using sqlite = await openSqliteStore(join(folder.path, "from.db"));
  await fill(sqlite);
  await using postgres = await openPostgresStore(server.url, { schema: "uo_copy" });
  const report = await copyStore(sqlite, postgres);
  expect(await digestStore(postgres)).toEqual(report);
  const rows = Object.fromEntries(report.map((each) => [each.table, each.rows]));
  expect(rows).toMatchObject({
    projects: 5,
    runs: 5,
    steps: 650,
    machines: 650,
    events: 650,
    costs: 650,
    leases: 5,
  });
  expect(Object.values(rows)).not.toContain(0);
  expect(await postgres.recall("store/moved")).toBeNull();
  const shown = async (store: StateStore): Promise<unknown> => {
    const runs = await store.unfinishedRuns();
    return [
      await store.projects(),
      runs,
      await store.steps(runs[0]!.id),
      await store.optimizations(runs[0]!.id),
    ];
  };
  expect(await shown(postgres)).toEqual(await shown(sqlite));

  await expect(copyStore(sqlite, postgres)).rejects.toMatchObject({ name: "StoreError", code: "not_empty" });
  expect(await digestStore(postgres)).toEqual(report);

  // It goes on where the copy ends: fences and numbers grow.
  const last = (await postgres.events()).at(-1)!;
  expect((await postgres.appendEvent({ kind: "k", message: "on" })).id).toBeGreaterThan(last.id);
  const held = (await sqlite.lease("project:b"))!;
  const fence = { lease: held.name, fence: held.fence };
  const run = (await postgres.latestRun("b"))!;
  expect((await postgres.beginStep(fence, run.id, "fork")).id).toBeGreaterThan(650);

  await using back = await openSqliteStore(join(folder.path, "back.db"));
  expect(await copyStore(postgres, back)).toEqual(await digestStore(postgres));
  expect((await back.beginStep(fence, run.id, "fork")).id).toBeGreaterThan(651);
});

it("leaves a target as it was when the copy breaks off", async () => {
  await using folder = await temporaryFolder();
  await using sqlite = await openSqliteStore(join(folder.path, "from.db"));
  await fill(sqlite);
  await using postgres = await openPostgresStore(server.url, { schema: "uo_broken", patienceMs: 0 });
  await server.query(`create function uo_broken.refuse() returns trigger language plpgsql as $$
    begin raise exception 'no'; end $$`);
  await server.query(
    "create trigger refuse before insert on uo_broken.approvals for each row execute function uo_broken.refuse()",
  );
  await expect(copyStore(sqlite, postgres)).rejects.toThrow("no");
  expect(await postgres.projects()).toEqual([]);
  await server.query("drop trigger refuse on uo_broken.approvals");
  // A database that changes what it is given: the copy does not read back.
  await server.query(`create or replace function uo_broken.refuse() returns trigger language plpgsql as $$
    begin new.recipient = 'somebody@example.com'; return new; end $$`);
  await server.query(
    "create trigger change before insert on uo_broken.approvals for each row execute function uo_broken.refuse()",
  );
  await expect(copyStore(sqlite, postgres)).rejects.toMatchObject({ code: "io_error" });
  expect(await postgres.projects()).toEqual([]);
});

it("sets a schema aside whole", async () => {
  {
    await using store = await openPostgresStore(server.url, { schema: "uo_old" });
    await store.appendEvent({ kind: "k", message: "kept" });
  }
  await setSchemaAside(server.url, "uo_old", "uo_old_before");
  await using fresh = await openPostgresStore(server.url, { schema: "uo_old" });
  expect(await fresh.events()).toEqual([]);
  await using aside = await openPostgresStore(server.url, { schema: "uo_old_before" });
  expect(await aside.events()).toMatchObject([{ message: "kept" }]);
});
