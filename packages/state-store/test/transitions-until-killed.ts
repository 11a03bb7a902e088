// Does transitions without end and prints each one once its promise resolved; a test kills it.
import { writeSync } from "node:fs";
import { openSqliteStore } from "@universe-optimize/state-store/sqlite";

const [file, projectId] = process.argv.slice(2) as [string, string];
await using store = await openSqliteStore(file);
const { name, fence } = (await store.acquireLease(
  `project:${projectId}`,
  `process ${process.pid}`,
  60_000,
  () => true,
))!;
const right = { lease: name, fence };
const run = (await store.latestRun(projectId)) ?? (await store.createRun(right, projectId, "watch"));
for (let count = 0; ; count += 1) {
  const machine = { name: `machine-${fence}-${count}`, provider: "local", usd_per_hour: 0 };
  const step = await store.beginStep(right, run.id, "watch", machine);
  writeSync(1, `began ${step.id}\n`);
  await store.finishStep(right, step, {
    result: "again",
    run: { facts_json: JSON.stringify({ last: step.id }) },
    machine: { name: machine.name, state: "running" },
    costs: [{ kind: "agent", source: `${step.id}`, usd: 1, basis: "measured" }],
    events: [{ kind: "watched", message: `${step.id}` }],
  });
  writeSync(1, `finished ${step.id}\n`);
}
