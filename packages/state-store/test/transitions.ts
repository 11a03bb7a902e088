import type { StateStore } from "@universe-optimize/state-store";
import Database from "better-sqlite3";

/** Milliseconds of `count` transitions of one run, two transactions each. */
export async function throughStore(opened: StateStore, count: number): Promise<number> {
  await opened.syncProjects([
    {
      id: "a",
      repo: "o/n",
      language: "java",
      company: null,
      contact_name: null,
      contact_email: null,
      contact_title: null,
    },
  ]);
  const { name, fence } = (await opened.acquireLease("project:a", "me", 3_600_000))!;
  const right = { lease: name, fence };
  const run = await opened.createRun(right, "a", "watch");
  const start = performance.now();
  for (let index = 0; index < count; index += 1) {
    const step = await opened.beginStep(right, run.id, "watch");
    await opened.finishStep(right, step, { result: "again", run: { due_at: "2030-01-02T03:04:05.006Z" } });
  }
  return performance.now() - start;
}

/** The statements of beginStep and finishStep, prepared once, on the tables that the store made. */
export function throughDriver(file: string, count: number): number {
  const db = new Database(file);
  for (const pragma of ["journal_mode = wal", "synchronous = full", "foreign_keys = on", "fullfsync = on"])
    db.pragma(pragma);
  const run = db.prepare<[], { id: string }>("select id from runs").get()!.id;
  const lease = db.prepare("select fence, owner from leases where name = ?");
  const readRun = db.prepare<[string], { attempt: number }>("select * from runs where id = ?");
  const abandon = db.prepare(
    "update steps set result = 'abandoned', finished_at = ? where run_id = ? and finished_at is null",
  );
  const setAttempt = db.prepare("update runs set step = ?, attempt = ? where id = ?");
  const insert = db.prepare<unknown[], { id: number }>(
    "insert into steps (run_id, step, attempt, fence, started_at) values (?, ?, ?, ?, ?) returning *",
  );
  const close = db.prepare(
    "update steps set result = ?, finished_at = ?, error_code = ?, error_message = ? where id = ? and finished_at is null returning run_id",
  );
  const setDue = db.prepare("update runs set due_at = ? where id = ?");
  const begin = db.transaction(() => {
    const now = new Date().toISOString();
    lease.get("project:a");
    const { attempt } = readRun.get(run)!;
    abandon.run(now, run);
    setAttempt.run("watch", attempt + 1, run);
    return insert.get(run, "watch", attempt + 1, 1, now)!.id;
  });
  const finish = db.transaction((id: number) => {
    lease.get("project:a");
    close.get("again", new Date().toISOString(), null, null, id);
    readRun.get(run);
    setDue.run("2030-01-02T03:04:05.006Z", run);
  });
  const start = performance.now();
  for (let index = 0; index < count; index += 1) finish.immediate(begin.immediate());
  const time = performance.now() - start;
  db.close();
  return time;
}
