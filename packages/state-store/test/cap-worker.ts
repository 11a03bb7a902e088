// Begins machines of its own projects for as long as it is let, ends every second one, and prints the most that it ever saw alive.
// argv: an SQLite file or the URL of PostgreSQL (in DATABASE_URL), this worker's name, the cap.
import { setTimeout as wait } from "node:timers/promises";
import { withMachineCap } from "@universe-optimize/state-store";
import { openPostgresStore } from "@universe-optimize/state-store/postgres";
import { openSqliteStore } from "@universe-optimize/state-store/sqlite";

const [place, name, cap] = process.argv.slice(2) as [string, string, string];
const url = process.env.DATABASE_URL;
await using store = withMachineCap(
  url === undefined ? await openSqliteStore(place) : await openPostgresStore(url, { schema: place }),
  () => Number(cap),
);
let most = 0;
let begun = 0;
let refused = 0;
for (let index = 0; begun < 12 && refused < 200; index += 1) {
  const id = `${name}-${index}`;
  const contact = { company: null, contact_name: null, contact_email: null, contact_title: null };
  await store.syncProjects([{ id, repo: "o/n", language: "go", ...contact }]);
  const lease = (await store.acquireLease(`project:${id}`, name, 60_000))!;
  const fence = { lease: lease.name, fence: lease.fence };
  const run = await store.createRun(fence, id, "provision");
  const machine = { name: `m-${id}`, provider: "local", usd_per_hour: 0 };
  try {
    const step = await store.beginStep(fence, run.id, "provision", machine);
    begun += 1;
    most = Math.max(most, (await store.machines("alive")).length);
    if (begun > 1)
      await store.finishStep(fence, step, {
        result: "succeeded",
        machine: { name: machine.name, state: "gone" },
      });
  } catch (error) {
    if ((error as { code?: unknown }).code !== "capacity") throw error;
    refused += 1;
    await wait(5);
  }
}
process.stdout.write(JSON.stringify({ most, begun }));
