// The demonstration agent: tries prepared changes on a demonstration project, one by one, and keeps what its tests and its own
// measurements allow. Which ones that are is not prepared anywhere. Node 20 or newer, no dependency.
//
//   in:   ~/.universe/kit/brief.json, ~/.universe/kit/demo/{project.json,changes,benchmarks}, the clone in ~/project
//   out:  commits on the branch, pushed to origin; ~/results/{summary.json,results.tsv,HANDOFF.md,measurements.json,benchmarks/}
//
// Started again, it goes on after the last change that it has a result for (~/.universe/demo-agent/state.json).
import { cp, mkdir, readdir, readFile, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { realInterpreter, run, succeed } from "./demo-agent/commands.mjs";
import { measure } from "./demo-agent/measure.mjs";
import { writeNotes, writeSummary } from "./demo-agent/report.mjs";
import { openState } from "./demo-agent/state.mjs";

const KIT = import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname);
const HOME = process.env.HOME ?? os.homedir();
const PROJECT = process.env.UNIVERSE_PROJECT ?? path.join(HOME, "project");
const RESULTS = process.env.UNIVERSE_RESULTS ?? path.join(HOME, "results");
const WORK = path.join(HOME, ".universe", "demo-agent");
const OLD = path.join(WORK, "old");
const NEW = path.join(WORK, "new");

const stop = new AbortController();
for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"]) process.on(signal, () => stop.abort());

process.exitCode = await main();

async function main() {
  const brief = JSON.parse(await readFile(path.join(KIT, "brief.json"), "utf8"));
  const startedAt = performance.now();
  await mkdir(path.join(RESULTS, "benchmarks"), { recursive: true });
  const state = await openState(path.join(WORK, "state.json"), brief.runId);
  if (state.finished) {
    say("this run has finished already");
    return 0;
  }
  const outcome = { status: "completed", error: null };
  try {
    await work(brief, state, startedAt, outcome);
  } catch (error) {
    if (stop.signal.aborted) {
      say("stopped; writing down what there is");
      outcome.status = "plateaued";
    } else {
      outcome.status = "failed";
      outcome.error = error instanceof Error ? error.message : String(error);
      say(`FAILED: ${outcome.error}`);
    }
  }
  await writeNotes(RESULTS, brief, state, outcome);
  await writeSummary(RESULTS, brief, state, outcome);
  // A run that failed for want of a tool may be started again once the tool is there.
  if (outcome.status === "completed") await state.finish();
  say(`${outcome.status}: ${state.kept().length} kept, ${state.discarded().length} discarded`);
  if (stop.signal.aborted) return 143;
  return outcome.status === "failed" ? 1 : 0;
}

async function work(brief, state, startedAt, outcome) {
  const project = JSON.parse(await readFile(path.join(KIT, "demo", "project.json"), "utf8"));
  const tools = { node: process.execPath, python3: await realInterpreter(project.test_command[0], stop.signal) };
  const test = [tools[project.test_command[0]], ...project.test_command.slice(1)];
  await settle(brief, state);
  await git(["worktree", "prune"]);
  for (const side of [OLD, NEW]) await git(["worktree", "add", "--quiet", "--force", "--detach", side, "HEAD"]);

  say(`running the tests of ${brief.repo} before any change`);
  const baseline = await run(test, { cwd: OLD, signal: stop.signal, timeoutMs: 300_000 });
  if (baseline.code !== 0) throw new Error(`the tests fail before any change: ${lastLine(baseline.output)}`);
  await state.setBaseline(baseline.seconds);
  await writeNotes(RESULTS, brief, state, outcome);

  const changes = (await readdir(path.join(KIT, "demo", "changes"))).filter((file) => file.endsWith(".json")).toSorted();
  for (const file of changes) {
    const name = file.slice(0, -".json".length);
    if (state.result(name) !== undefined) continue;
    if ((performance.now() - startedAt) / 3_600_000 > brief.timeLimitHours) {
      outcome.status = "plateaued";
      say("the time is over");
      break;
    }
    const change = { name, ...JSON.parse(await readFile(path.join(KIT, "demo", "changes", file), "utf8")) };
    const result = await attempt(change, test, tools);
    say(`${name}: ${result.status}: ${result.reason}`);
    await (result.status === "keep" ? keep(brief, state, change, result) : state.record(change, result));
    await writeNotes(RESULTS, brief, state, outcome);
  }
  for (const side of [OLD, NEW]) await git(["worktree", "remove", "--force", side]);
  if (state.kept().length > 0) await push(brief);
}

/** Tries one change in a worktree of its own; the clone is not touched. */
async function attempt(change, test, tools) {
  say(`${change.name}: trying ${change.function} in ${change.file}`);
  const head = (await git(["rev-parse", "HEAD"])).trim();
  for (const side of [OLD, NEW]) {
    await git(["-C", side, "reset", "--quiet", "--hard", head]);
    await git(["-C", side, "clean", "-fdqx"]);
  }
  const patch = patchOf(change);
  const applied = await run(["git", "apply", patch], { cwd: NEW, signal: stop.signal });
  if (applied.code !== 0) return { status: "blocked", reason: "the change does not apply", measurement: null };
  const tested = await run(test, { cwd: NEW, signal: stop.signal, timeoutMs: 300_000 });
  if (tested.code !== 0) return { status: "discard", reason: "a test fails with it", measurement: null };
  await cp(path.join(KIT, "demo", change.benchmark.file), path.join(RESULTS, change.benchmark.file));
  const command = change.benchmark.command
    .split(" ")
    .map((word) => (word === "{file}" ? path.join(RESULTS, change.benchmark.file) : (tools[word] ?? word)));
  return await measure(command, OLD, NEW, stop.signal);
}

/** Commits the change to the clone. The intent is written first, so a kill between commit and record loses nothing. */
async function keep(brief, state, change, result) {
  await state.intend(change, result);
  await git(["apply", "--index", patchOf(change)]);
  await commit(change, result);
  await state.record(change, { ...result, commit: (await git(["rev-parse", "HEAD"])).trim() });
  await push(brief);
}

async function commit(change, result) {
  const body = `${upperFirst(change.description)}.\n\n${change.function}: ${result.speedup.toFixed(2)}x faster, median of ${result.measurement.pairs.length} interleaved pairs.`;
  await git(["-c", "core.hooksPath=/dev/null", "commit", "--quiet", "-m", change.subject, "-m", body]);
}

/** Brings the clone to a state that can be worked on, and finishes what an earlier process had begun. */
async function settle(brief, state) {
  // A git that was killed leaves its locks; nobody else works in this clone.
  for (const lock of ["index", "HEAD", "config", "packed-refs", `refs/heads/${brief.branch}`]) {
    await rm(path.join(PROJECT, ".git", `${lock}.lock`), { force: true });
  }
  for (const side of [OLD, NEW]) await rm(side, { recursive: true, force: true });
  await git(["reset", "--quiet", "--hard"]);
  const branch = (await git(["rev-parse", "--abbrev-ref", "HEAD"])).trim();
  if (branch !== brief.branch) await git(["checkout", "--quiet", brief.branch]);
  const pending = state.pending();
  if (pending === undefined) return;
  const log = await git(["log", "--format=%H%x09%s", `${brief.baseSha}..HEAD`]);
  const found = log.split("\n").find((line) => line.split("\t")[1] === pending.change.subject);
  if (found === undefined) {
    await git(["apply", "--index", patchOf(pending.change)]);
    await commit(pending.change, pending.result);
  }
  const sha = found === undefined ? (await git(["rev-parse", "HEAD"])).trim() : found.split("\t")[0];
  await state.record(pending.change, { ...pending.result, commit: sha });
  say(`${pending.change.name}: finished what was begun before`);
}

async function push(brief) {
  await git(["-c", "core.hooksPath=/dev/null", "push", "--quiet", "origin", brief.branch]);
}

async function git(words) {
  return await succeed(["git", ...words], { cwd: PROJECT, signal: stop.signal });
}

function patchOf(change) {
  return path.join(KIT, "demo", "changes", `${change.name}.patch`);
}

function say(text) {
  process.stdout.write(`demo-agent: ${text}\n`);
}

function lastLine(text) {
  return text.trim().split("\n").at(-1) ?? "";
}

function upperFirst(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
