// What the agent knows, in one file that is replaced whole. A state of another run is thrown away.
import { mkdir, readFile } from "node:fs/promises";
import path from "node:path";
import { writeWhole } from "./write-whole.mjs";

/** Opens the state of run `runId`, or begins one. */
export async function openState(file, runId) {
  await mkdir(path.dirname(file), { recursive: true });
  let data = { runId, finished: false, baseline: null, pending: null, results: [] };
  try {
    const stored = JSON.parse(await readFile(file, "utf8"));
    if (stored.runId === runId) data = stored;
  } catch (error) {
    if (error.code !== "ENOENT" && !(error instanceof SyntaxError)) throw error;
  }
  const save = () => writeWhole(file, `${JSON.stringify(data, null, 2)}\n`);
  return {
    get finished() {
      return data.finished;
    },
    get baseline() {
      return data.baseline;
    },
    results: () => data.results,
    result: (name) => data.results.find((entry) => entry.change.name === name),
    kept: () => data.results.filter((entry) => entry.status === "keep"),
    discarded: () => data.results.filter((entry) => entry.status !== "keep"),
    pending: () => data.pending ?? undefined,
    async setBaseline(testSeconds) {
      data.baseline ??= { testSeconds, at: new Date().toISOString() };
      await save();
    },
    /** Before a commit: what is about to be kept. */
    async intend(change, result) {
      data.pending = { change, result };
      await save();
    },
    async record(change, result) {
      data.pending = null;
      data.results.push({ change, ...result, at: new Date().toISOString() });
      await save();
    },
    async finish() {
      data.finished = true;
      await save();
    },
  };
}
