import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { openSqliteStore } from "@universe-optimize/state-store/sqlite";
import Database from "better-sqlite3";
import { expect, it } from "vitest";
import { temporaryFolder } from "./temporary-store.ts";

const CHILD = fileURLToPath(new URL("./transitions-until-killed.ts", import.meta.url));
const KILLS = 15;
const PROJECT = "a";

/** Starts the child, kills it at a random moment after its first transition, and returns what it had printed. */
async function runUntilKilled(file: string): Promise<string[]> {
  const child = spawn(process.execPath, [CHILD, file, PROJECT], { stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
  const closed = once(child, "close");
  await Promise.race([once(child.stdout, "data"), closed]);
  await wait(Math.random() * 60);
  child.kill("SIGKILL");
  const [, signal] = (await closed) as [number | null, string | null];
  expect(signal).toBe("SIGKILL");
  return output.split("\n").slice(0, -1);
}

it(`keeps every transition that was promised over ${KILLS} kills at random moments`, async () => {
  await using folder = await temporaryFolder();
  const file = join(folder.path, "universe_optimize.db");
  {
    await using store = await openSqliteStore(file);
    await store.syncProjects([
      {
        id: PROJECT,
        repo: "o/n",
        language: "java",
        company: null,
        contact_name: null,
        contact_email: null,
        contact_title: null,
      },
    ]);
  }
  const began: number[] = [];
  const finished: number[] = [];
  for (let kill = 0; kill < KILLS; kill += 1) {
    for (const line of await runUntilKilled(file)) {
      const [word, id] = line.split(" ");
      (word === "began" ? began : finished).push(Number(id));
    }
    const database = new Database(file);
    expect(database.pragma("integrity_check", { simple: true })).toBe("ok");
    expect(database.pragma("foreign_key_check")).toEqual([]);
    database.close();

    await using store = await openSqliteStore(file);
    const run = (await store.latestRun(PROJECT))!;
    const steps = await store.steps(run.id);
    const ids = new Set(steps.map(({ id }) => id));
    expect(began.filter((id) => !ids.has(id))).toEqual([]);
    const done = steps.filter(({ result }) => result === "again").map(({ id }) => id);
    expect(finished.filter((id) => !done.includes(id))).toEqual([]);
    // An outcome is there with all of its parts, and no part without its outcome.
    expect((await store.events()).map(({ message }) => Number(message))).toEqual(done);
    expect((await store.costs(run.id)).map(({ source }) => Number(source)).toSorted((a, b) => a - b)).toEqual(
      done,
    );
    const machines = await store.machines({ runId: run.id });
    expect(machines).toHaveLength(steps.length);
    expect(machines.filter(({ state }) => state === "running")).toHaveLength(done.length);
    expect(run.attempt).toBe(steps.length);
    if (done.length > 0) expect(JSON.parse(run.facts_json)).toEqual({ last: done.at(-1) });
    // One attempt at most is open: the one in which the last process died.
    expect(steps.filter(({ result }) => result === null).length).toBeLessThanOrEqual(1);
    expect(steps.length - done.length).toBeLessThanOrEqual(kill + 1);
  }
  expect(began.length).toBeGreaterThanOrEqual(KILLS);
  expect(finished.length).toBeGreaterThan(0);
});
