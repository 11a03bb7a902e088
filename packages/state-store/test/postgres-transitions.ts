// Does transitions without end in the database of DATABASE_URL and prints each one once its promise resolved. What the database
// refused while it was away is tried again as a process does that starts anew: by reading the run.
import { writeSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { openPostgresStore } from "@universe-optimize/state-store/postgres";

const [schema, projectId] = process.argv.slice(2) as [string, string];
await using store = await openPostgresStore(process.env.DATABASE_URL!, {
  schema,
  connections: 2,
  patienceMs: 200,
});
for (;;) {
  try {
    const lease = (await store.acquireLease(
      `project:${projectId}`,
      `process ${process.pid}`,
      60_000,
      () => true,
    ))!;
    const right = { lease: lease.name, fence: lease.fence };
    const run = (await store.latestRun(projectId)) ?? (await store.createRun(right, projectId, "watch"));
    for (let count = 0; ; count += 1) {
      const machine = {
        name: `machine-${projectId}-${lease.fence}-${count}`,
        provider: "local",
        usd_per_hour: 0,
      };
      const step = await store.beginStep(right, run.id, "watch", machine);
      writeSync(1, `began ${step.id}\n`);
      await store.finishStep(right, step, {
        result: "again",
        machine: { name: machine.name, state: "running" },
        costs: [{ kind: "agent", source: `${step.id}`, usd: 1, basis: "measured" }],
        events: [{ kind: "watched", message: `${step.id}` }],
      });
      writeSync(1, `finished ${step.id}\n`);
    }
  } catch (error) {
    if ((error as { retryable?: unknown }).retryable !== true) throw error;
    await wait(50);
  }
}
