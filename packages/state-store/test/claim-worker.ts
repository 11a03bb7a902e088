// Claims projects in the database of DATABASE_URL as fast as it goes, four at a time: takes a lease, gives it back. Started by a benchmark.
import { openPostgresStore } from "@universe-optimize/state-store/postgres";

const [schema, count, name] = process.argv.slice(2) as [string, string, string];
await using store = await openPostgresStore(process.env.DATABASE_URL!, { schema });
await store.projects();
process.send!("ready");
await new Promise((resolve) => process.once("message", resolve));
const each = Math.ceil(Number(count) / 4);
await Promise.all(
  Array.from({ length: 4 }, async (_, lane) => {
    for (let index = 0; index < each; index += 1) {
      const lease = (await store.acquireLease(`project:${name}-${lane}-${index % 50}`, name, 60_000))!;
      await store.releaseLease({ lease: lease.name, fence: lease.fence });
    }
  }),
);
process.send!("done");
