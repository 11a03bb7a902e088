// A simulated campaign through `universe-batch run`: N projects, local machines, an agent that takes seconds, time compressed by
// configuration. With --kill-every the orchestrator is SIGKILLed at random times and started again.
//   node benchmarks/batch-sim.ts [--projects 100] [--machines 20] [--agent-seconds 1] [--kill-every SECONDS] [--folder DIR]
//   node benchmarks/batch-sim.ts --store postgres --workers 4 [--restart-after SECONDS] …
// --folder keeps the campaign: the same call again goes on from where it was broken off (SQLite). With PostgreSQL, a server of its own is
// started, several workers share the campaign, and --restart-after kills the server once and starts it again. Prints one JSON line; exit status 1 when anything is not as it must be.
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { parseArgs } from "node:util";
import { batchCampaign, type BatchCampaign, type Play } from "../apps/batch/test/support/campaign.ts";
import { environment, MAIN } from "../apps/batch/test/support/batch.ts";
import { startPostgres } from "../packages/test-servers/src/postgres/index.ts";
import { localProvider } from "../packages/cloud-vm/src/local/index.ts";
import { openCampaign } from "../packages/pipeline/src/compose/index.ts";

/** As the service file starts it. */
const NODE_FLAGS = ["--max-semi-space-size=4", "--heap-growing-percent=40"];
const SERVICE_ENV = { MALLOC_ARENA_MAX: "1" };
const SAMPLE_MS = 200;
const TICKS_PER_SECOND = 100;
const FILES = ["summary.json", "results.tsv", "HANDOFF.md"];

const { values } = parseArgs({
  options: {
    projects: { type: "string", default: "100" },
    machines: { type: "string", default: "20" },
    "agent-seconds": { type: "string", default: "1" },
    "kill-every": { type: "string" },
    store: { type: "string", default: "sqlite" },
    workers: { type: "string", default: "1" },
    "restart-after": { type: "string" },
    folder: { type: "string" },
  },
});
const projects = Number(values.projects);
const machines = Number(values.machines);
const killEveryMs = values["kill-every"] === undefined ? null : Number(values["kill-every"]) * 1000;
const workers = Number(values.workers);
const folder =
  values.folder === undefined ? await mkdtemp(join(tmpdir(), "uo-batch-sim-")) : resolve(values.folder);

/** What has come together over all calls for this folder. */
interface Tally {
  wallSeconds: number;
  cpuSeconds: number;
  peakRssMb: number;
  mostMachines: number;
  samples: number;
  kills: number;
  starts: number;
}

await mkdir(folder, { recursive: true });
const tallyFile = join(folder, "tally.json");
const tally: Tally = existsSync(tallyFile)
  ? (JSON.parse(await readFile(tallyFile, "utf8")) as Tally)
  : { wallSeconds: 0, cpuSeconds: 0, peakRssMb: 0, mostMachines: 0, samples: 0, kills: 0, starts: 0 };

const logFile = openSync(join(folder, "orchestrator.log"), "a");
const cpuOf = new WeakMap<ChildProcess, number>();
await using server = values.store === "postgres" ? await startPostgres() : null;
if (server === null) delete process.env["DATABASE_URL"];
else process.env["DATABASE_URL"] = server.url;
const stop = new AbortController();
for (const name of ["SIGINT", "SIGTERM"] as const) process.on(name, () => stop.abort());

const expectedOf = (index: number): Play =>
  index % 20 === 7 ? "empty" : index % 20 === 13 ? "nothing" : "gain";
const campaign = await prepare();
const begin = performance.now();
const ended = await runAll();
tally.wallSeconds += (performance.now() - begin) / 1000;
await writeFile(tallyFile, JSON.stringify(tally));
if (stop.signal.aborted) {
  console.error(`broken off; go on with --folder ${folder}`);
  process.exitCode = 1;
} else {
  const wrong = await check();
  for (const line of ended) wrong.push(line);
  const round = (value: number, digits: number): number => Number(value.toFixed(digits));
  console.log(
    JSON.stringify({
      projects,
      workers,
      store: values.store,
      ...tally,
      wallSeconds: round(tally.wallSeconds, 1),
      cpuSeconds: round(tally.cpuSeconds, 2),
      cpuPerProject: round(tally.cpuSeconds / projects, 3),
      peakRssMb: round(tally.peakRssMb, 0),
      wrong: wrong.length,
    }),
  );
  for (const line of wrong.slice(0, 20)) console.error(line);
  process.exitCode = wrong.length === 0 ? 0 : 1;
  if (values.folder === undefined && wrong.length === 0) await campaign[Symbol.asyncDispose]();
}

async function prepare(): Promise<BatchCampaign> {
  const fresh = !existsSync(join(folder, "ready"));
  if (fresh) await rm(join(folder, "campaign"), { recursive: true, force: true });
  const made = await batchCampaign({
    folder,
    projects,
    machines,
    agentSeconds: Number(values["agent-seconds"]),
    batch: {
      // What an agent does here says nothing of its kit: nothing may hold the campaign up.
      breaker: { failures: 1000, window: 1000 },
      waves: { sizes: [1, 10], maxFailedShare: 1 },
      rerun: { failed: 0, lost: 0, afterMinutes: 0 },
      tickSeconds: 1,
      sweep: { everyMinutes: 1 },
    },
  });
  if (fresh) {
    for (const [index, id] of made.ids.entries())
      if (expectedOf(index) !== "gain") await made.play(expectedOf(index), id);
    await writeFile(join(folder, "ready"), "");
  }
  return made;
}

/** Runs the workers to their end, killing and starting them again where asked. */
async function runAll(): Promise<string[]> {
  const sampling = new AbortController();
  const sampler = sampleMachines(sampling.signal);
  const restarting = restartServer(sampling.signal);
  const problems = (await Promise.all(Array.from({ length: workers }, work))).flat();
  sampling.abort();
  await sampler;
  await restarting;
  return problems;
}

/** Kills the database's server once, and starts it again after some seconds. */
async function restartServer(signal: AbortSignal): Promise<void> {
  if (server === null || values["restart-after"] === undefined) return;
  try {
    await delay(Number(values["restart-after"]) * 1000, undefined, { signal });
  } catch {
    return;
  }
  await server.kill();
  await delay(5000);
  await server.start();
  console.error("the database's server was killed and started again");
}

async function work(): Promise<string[]> {
  for (;;) {
    const { child, exit } = startWorker();
    const over = new AbortController();
    const watching = watchProcess(child, over.signal);
    const killing =
      killEveryMs === null ? Promise.resolve(false) : killLater(child, killEveryMs, over.signal);
    const onStop = (): void => void child.kill("SIGTERM");
    stop.signal.addEventListener("abort", onStop);
    const code = await exit;
    over.abort();
    stop.signal.removeEventListener("abort", onStop);
    await watching;
    writeFileSync(tallyFile, JSON.stringify(tally));
    if (stop.signal.aborted) return [];
    if (await killing) continue;
    // 1: some runs failed, as they should.
    return code === 0 || code === 1 ? [] : [`a worker ended with ${code}`];
  }
}

function startWorker(): { child: ChildProcess; exit: Promise<number | null> } {
  tally.starts += 1;
  const url = process.env["DATABASE_URL"];
  const child = spawn(process.execPath, [...NODE_FLAGS, MAIN, "run", "--log-level", "error"], {
    cwd: campaign.folder,
    env: environment(folder, { ...SERVICE_ENV, ...(url === undefined ? {} : { DATABASE_URL: url }) }),
    stdio: ["ignore", "ignore", logFile],
  });
  return { child, exit: new Promise((done) => child.once("exit", (code) => done(code))) };
}

async function killLater(child: ChildProcess, everyMs: number, signal: AbortSignal): Promise<boolean> {
  try {
    await delay(everyMs * (0.5 + Math.random()), undefined, { signal });
  } catch {
    return false;
  }
  note(child, true);
  const killed = child.kill("SIGKILL");
  if (killed) tally.kills += 1;
  return killed;
}

/** Adds what the process used since the last look; /proc has it until the process ends. */
function note(child: ChildProcess, memory: boolean): void {
  try {
    const stat = readFileSync(`/proc/${child.pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const seconds = (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
    tally.cpuSeconds += seconds - (cpuOf.get(child) ?? 0);
    cpuOf.set(child, seconds);
    if (!memory) return;
    const status = readFileSync(`/proc/${child.pid}/status`, "utf8");
    tally.peakRssMb = Math.max(tally.peakRssMb, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // It has ended.
    if (code !== "ENOENT" && code !== "ESRCH") throw error;
  }
}

async function watchProcess(child: ChildProcess, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    note(child, true);
    await delay(SAMPLE_MS, undefined, { signal }).catch(() => {});
  }
}

/** Asks the provider itself how many machines there are. */
async function sampleMachines(signal: AbortSignal): Promise<void> {
  const provider = localProvider({ directory: join(campaign.folder, ".universe", "machines"), ttlHours: 24 });
  while (!signal.aborted) {
    try {
      const alive = await provider.list({ project: "universe-optimize" });
      tally.mostMachines = Math.max(tally.mostMachines, alive.length);
      tally.samples += 1;
    } catch (error) {
      // A machine went while it was listed: the next sample tells.
      if ((error as { code?: unknown }).code !== "unreachable") throw error;
    }
    await delay(SAMPLE_MS, undefined, { signal }).catch(() => {});
  }
}

/** Everything that is not as it must be. */
async function check(): Promise<string[]> {
  const wrong: string[] = [];
  if (tally.mostMachines > machines) wrong.push(`${tally.mostMachines} machines were alive at once`);
  const left = await campaign.machineFolders();
  if (left.length > 0) wrong.push(`machines are left: ${left.join(", ")}`);
  const forks = await campaign.forks();
  if (forks.length !== projects) wrong.push(`${forks.length} forks for ${projects} projects`);
  await using opened = await openCampaign(campaign.folder);
  const { store } = opened.services;
  const alive = await store.machines("alive");
  if (alive.length > 0)
    wrong.push(`the database has machines alive: ${alive.map(({ name }) => name).join(", ")}`);
  for (const [index, id] of campaign.ids.entries()) {
    const play = expectedOf(index);
    const runs = await store.runs(id);
    if (runs.length !== 1) wrong.push(`${id} has ${runs.length} runs`);
    const outcome = runs.at(-1)?.outcome;
    if (outcome !== (play === "nothing" ? "failed" : "completed"))
      wrong.push(`${id} (${play}) ended as ${outcome}: ${runs.at(-1)?.reason}`);
    const starts = await campaign.starts(id);
    if (starts !== 1) wrong.push(`the agent of ${id} was started ${starts} times`);
    if (play === "nothing") continue;
    for (const file of FILES) {
      const wrote = await readFile(join(campaign.notes, `wrote-${id}-${file}`));
      const got = await readFile(join(campaign.folder, "results", id, file)).catch(() => null);
      if (got === null || !got.equals(wrote)) wrong.push(`${id}/${file} is not what the agent wrote`);
    }
  }
  return wrong;
}
