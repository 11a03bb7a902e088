// Polls, uploads to or collects from many machines through the public API of remote-session, and prints one JSON line.
//   node benchmarks/fleet.ts --farm DIR --task prepare|poll|upload|collect [--n 20] [--conc 32] [--dest DIR] [--rounds 5]
//                            [--snippet status|same]
//   node benchmarks/fleet.ts --task record --from FILE,FILE     medians of comparison runs into fleet.json, the baseline
// DIR holds hosts, port, user, id and host_key.pub of running SSH servers on this computer, homes/0, homes/1 … (their home
// folders, each with results/) and plugin/, the folder to upload. What is polled is a real job of the first machine, made
// by `prepare` or by the first poll; the other machines' job folders are links to it, so that a poll reads a live
// supervisor's files on each without a hundred supervisors that take the processor from whatever is measured.
import { enableCompileCache } from "node:module";
import { readFileSync } from "node:fs";
import { mkdir, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { cpus } from "node:os";
import { basename, join, resolve } from "node:path";
import type { Session } from "../packages/remote-session/src/index.ts";

// As the command line does.
enableCompileCache();
const { eachMachine, sessionFleet } = await import("../packages/remote-session/src/index.ts");
const { connect, prepareUpload } = await import("../packages/remote-session/src/ssh/index.ts");

const values = readOptions({
  farm: "",
  task: "",
  n: "20",
  conc: "32",
  dest: "",
  rounds: "5",
  snippet: "status",
  from: "",
});
if (values.task === "record") {
  await record(values.from.split(","));
  process.exit();
}
const farm = resolve(values.farm);
const read = (name: string): string => readFileSync(join(farm, name), "utf8").trim();
const concurrency = Number(values.conc);
const port = Number(read("port"));
const username = read("user");
const privateKey = read("id");
const hostKeys = [read("host_key.pub").split(" ").slice(0, 2).join(" ")];
const hosts = read("hosts").split("\n").slice(0, Number(values.n));

const open = (host: string, signal?: AbortSignal): Promise<Session> =>
  connect(
    { host, port, username, hostKeys, home: null },
    { privateKey, connectTimeoutMs: 120_000, ...(signal === undefined ? {} : { signal }) },
  );
const SAME = "test -f ~/results/summary.json && echo done || echo running; uptime";
const FILES = ["summary.json", "metrics.csv", "status.txt", "run.log"];

const JOB = "bench";
const jobFolder = (index: number): string => join(farm, "homes", String(index), ".universe/jobs", JOB);

if (values.task === "prepare") await prepare();
else if (values.task === "poll" && values.snippet === "status")
  await stat(join(jobFolder(hosts.length - 1), "started")).catch(prepare);

const begin = performance.now();
await using fleet = sessionFleet({ maxConnecting: concurrency });
/** Fails with the first machine that fails: a number without all of them would be worth nothing. */
async function each(act: (session: Session, host: string) => Promise<void>): Promise<void> {
  const outcomes = await eachMachine(
    hosts,
    async (host) => await act(await fleet.get(host, (signal) => open(host, signal)), host),
    // As strict a bound as the others in the comparison keep.
    { concurrency, slowAfterMs: Infinity },
  );
  for (const outcome of outcomes) if (outcome.status === "rejected") throw outcome.reason;
}

if (values.task === "poll") {
  const poll = values.snippet === "same" ? pollSame : pollStatus;
  await each(poll);
  const coldMs = performance.now() - begin;
  const rssMb = await residentMb();
  const rounds: number[] = [];
  const cpu = process.cpuUsage();
  for (let round = 0; round < Number(values.rounds); round++) {
    const start = performance.now();
    await each(poll);
    rounds.push(performance.now() - start);
  }
  const { user, system } = process.cpuUsage(cpu);
  print({
    cold_ms: coldMs,
    rounds_ms: rounds,
    rss_mb: rssMb,
    rss_after_mb: await residentMb(),
    cpu_s: (user + system) / 1e6,
    polls: rounds.length * hosts.length,
    ok: fleet.size,
  });
} else if (values.task === "upload" || values.task === "collect") {
  // Packed while the first handshakes wait for their answers.
  const packing = prepareUpload(values.task === "upload" ? await listFiles(join(farm, "plugin")) : []);
  let ok = 0;
  await each(async (session, host) => {
    if (values.task === "upload") await session.upload(await packing, "up");
    else {
      const { files, refused } = await session.download({
        directory: "results",
        paths: FILES,
        toDirectory: join(values.dest, host),
      });
      if (files.length !== FILES.length || refused.length > 0)
        throw new Error(`${host}: ${files.length} files, refused ${JSON.stringify(refused)}`);
    }
    ok++;
    await fleet.close(host);
  });
  print({ total_ms: performance.now() - begin, ok });
}

async function pollSame(session: Session): Promise<void> {
  const { stdout } = await session.shell().run(SAME);
  if (!/^done\n.*load average/s.test(stdout)) throw new Error(`a bad answer: ${JSON.stringify(stdout)}`);
}

/** The status of a job, as the watch step asks for it. */
async function pollStatus(session: Session): Promise<void> {
  const status = await session.job(JOB).status();
  if (status.state !== "running" || (status.heartbeatAgeSeconds ?? 99) > 30)
    throw new Error(`no running job; run --task prepare again: ${JSON.stringify(status)}`);
}

/** Starts the job that is polled, on the first machine, and links the others' job folders to it. It ends with the farm. */
async function prepare(): Promise<void> {
  const machines = (await readdir(join(farm, "homes"))).length;
  for (let index = 0; index < machines; index++) await rm(jobFolder(index), { recursive: true, force: true });
  await using session = await open(hosts[0] as string);
  await session.startJob({ name: JOB, command: `while [ -e '${farm}/pids' ]; do sleep 5; done` });
  for (let index = 1; index < machines; index++) {
    await mkdir(join(jobFolder(index), ".."), { recursive: true });
    await symlink(jobFolder(0), jobFolder(index));
  }
}

async function listFiles(folder: string): Promise<{ path: string; content: { file: string } }[]> {
  const names = await readdir(folder, { recursive: true, withFileTypes: true });
  return names
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const file = join(entry.parentPath, entry.name);
      return { path: file.slice(folder.length + 1), content: { file } };
    });
}

async function residentMb(): Promise<number> {
  return Number(/VmRSS:\s+(\d+)/.exec(await readFile("/proc/self/status", "utf8"))?.[1]) / 1024;
}

/**
 * Writes the baseline from the results of comparison runs: `{"poll 100": {"tool": [{"warm_ms": 1.2, …}, …], …}, …}` each.
 * This program's own rows are called PROGRAM there; a file's name says how it was run.
 */
async function record(files: readonly string[]): Promise<void> {
  const runs: Record<string, unknown> = {};
  for (const file of files) {
    const results = JSON.parse(await readFile(file, "utf8")) as Record<
      string,
      Record<string, Record<string, number | null>[]>
    >;
    runs[basename(file, ".json")] = Object.fromEntries(
      Object.entries(results).map(([task, tools]) => [
        task,
        Object.fromEntries(
          Object.entries(tools)
            .filter(([, rows]) => rows.length > 0)
            .map(([tool, rows]) => [tool === "PROGRAM" ? "remote-session" : tool, medians(rows)]),
        ),
      ]),
    );
  }
  const baseline = { cpu: cpus()[0]?.model ?? "unknown", cores: cpus().length, node: process.version, runs };
  await writeFile(new URL("fleet.json", import.meta.url), `${JSON.stringify(baseline, null, 2)}\n`);
}

function medians(rows: readonly Record<string, number | null>[]): Record<string, number> {
  const keys = Object.keys(rows[0] ?? {});
  return Object.fromEntries([
    ["runs", rows.length],
    ...keys.flatMap((key) => {
      const numbers = rows.map((row) => row[key]).filter((value) => typeof value === "number");
      const middle = numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
      return middle === undefined ? [] : [[key, Number(middle.toPrecision(4))] as const];
    }),
  ]);
}

/** `--name value` pairs; a value may be missing, as `--dest` is for a poll. */
function readOptions<T extends Record<string, string>>(defaults: T): T {
  const options: Record<string, string> = { ...defaults };
  const args = process.argv.slice(2);
  for (const [index, name] of args.entries()) {
    if (!name.startsWith("--")) continue;
    if (!(name.slice(2) in defaults)) throw new Error(`${name} is no option of this benchmark`);
    const value = args[index + 1];
    if (value !== undefined && !value.startsWith("--")) options[name.slice(2)] = value;
  }
  return options as T;
}

function print(result: object): void {
  console.log(JSON.stringify(result));
}
