// A worker of the campaign at DATABASE_URL that writes "begin ID" and "end ID" for each look; a test kills it.
import { writeSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { bossDispatcher } from "../../src/boss/index.ts";

const [schema, lookMs, heartbeatSeconds] = process.argv.slice(2) as [string, string, string];
await using dispatcher = await bossDispatcher({
  url: process.env.DATABASE_URL!,
  schema,
  concurrency: 4,
  pollMs: 50,
  heartbeatSeconds: Number(heartbeatSeconds),
});
await dispatcher.work(async (id) => {
  writeSync(1, `begin ${id}\n`);
  await wait(Number(lookMs));
  writeSync(1, `end ${id}\n`);
  return null;
}, new AbortController().signal);
