// Many machines, each behind a network that goes wrong, with agents that must come home. Used by test/soak.test.ts and by
// benchmarks/soak.ts.
import { mkdir, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startSshd, type TestSshd } from "@universe-optimize/test-servers/sshd";
import { reconnectDelay, SessionError, type Session } from "../../src/index.ts";
import { connect } from "../../src/ssh/index.ts";
import { type FaultLine, startFaultNetwork } from "./fault-network.ts";

export interface SoakOptions {
  readonly endpoints: number;
  /** SSH servers that the endpoints share; each endpoint has a home folder of its own. */
  readonly servers: number;
  /** How long faults are injected. The agents run about as long. */
  readonly seconds: number;
  /** Pause between faults, over all endpoints. */
  readonly faultEveryMs: number;
  readonly pollMs: number;
  /** How long after the last fault everything must be home. */
  readonly graceSeconds: number;
  readonly report?: (line: string) => void;
}

export interface SoakResult {
  readonly faults: Readonly<Record<string, number>>;
  /** Errors that the orchestrator met and survived, by code. */
  readonly errors: Readonly<Record<string, number>>;
  readonly polls: number;
  readonly reconnects: number;
  /** Endpoints whose results, transcript and exit status are right. */
  readonly right: number;
  readonly wrong: readonly string[];
  /** Transcript lines that went with a logger that was killed between reading and writing a piece. */
  readonly linesLost: number;
  /** Of this process, the orchestrator: the proxies and the machines have their own. */
  readonly rssMiB: MemoryCourse;
  readonly heapMiB: MemoryCourse;
  readonly seconds: number;
}

/** After a collection each, where `--expose-gc` is given. */
export interface MemoryCourse {
  /** Once all agents ran, before the first fault. */
  readonly begin: number;
  /** Medians of the quarters of the time with faults. */
  readonly quarters: readonly number[];
  readonly peak: number;
  readonly end: number;
}

const KEEP_ALIVE_MS = 2_000;

interface Endpoint {
  readonly name: string;
  readonly server: TestSshd;
  readonly proxy: FaultLine;
  readonly home: string;
  readonly rows: number;
  /** sshd's process for the open connection. */
  sshdPid: number;
  loggerKills: number;
  done: boolean;
}

/** Runs it all and tells what came home. */
export async function soak(options: SoakOptions): Promise<SoakResult> {
  const { report = () => {} } = options;
  const folder = await mkdtemp(join(tmpdir(), "soak-"));
  const servers = await Promise.all(Array.from({ length: options.servers }, () => startSshd()));
  const endpoints: Endpoint[] = [];
  const faults: Record<string, number> = {};
  const errors: Record<string, number> = {};
  const counts = { polls: 0, reconnects: 0, linesLost: 0 };
  const wrong: string[] = [];
  const stopping = new AbortController();
  const began = performance.now();
  const network = startFaultNetwork();
  const course: Memory[] = [];
  try {
    for (let index = 0; index < options.endpoints; index++) {
      const server = servers[index % servers.length] as TestSshd;
      const home = join(server.home, `machine-${index}`);
      await mkdir(home);
      endpoints.push({
        name: `machine-${index}`,
        server,
        proxy: await network.addLine(server),
        home,
        rows: Math.max(4, Math.round(options.seconds * (0.6 + 0.4 * Math.random()))),
        sshdPid: 0,
        loggerKills: 0,
        done: false,
      });
    }
    const slots = new Slots(24);
    let running = 0;
    const watchers = endpoints.map(async (endpoint) => {
      try {
        await watch(endpoint, join(folder, endpoint.name), options, {
          slots,
          signal: stopping.signal,
          counts,
          errors,
          started: () => void running++,
        });
        endpoint.done = true;
      } catch (error) {
        wrong.push(`${endpoint.name}: ${error instanceof Error ? error.message : String(error)}`);
      }
    });
    while (running < endpoints.length && wrong.length === 0) await sleep(100);
    const begin = memory();
    report(`${endpoints.length} agents run after ${seconds(began)} s; ${begin.rss} MiB resident`);
    const sampleMs = (options.seconds * 1_000) / SAMPLES;
    let nextSample = performance.now() + sampleMs;
    const last = performance.now() + options.seconds * 1_000;
    const releases: Promise<void>[] = [];
    let nextReport = 0;
    while (performance.now() < last) {
      const endpoint = endpoints[Math.floor(Math.random() * endpoints.length)];
      if (endpoint !== undefined && !endpoint.done) releases.push(injectOne(endpoint, faults));
      await sleep(options.faultEveryMs);
      if (performance.now() >= nextSample) {
        nextSample += sampleMs;
        course.push(memory());
      }
      if (performance.now() >= nextReport) {
        nextReport = performance.now() + 30_000;
        const home = endpoints.filter(({ done }) => done).length;
        report(`${seconds(began)} s: ${home} home, ${memory().rss} MiB, ${JSON.stringify(faults)}`);
      }
    }
    await Promise.all(releases);
    const timer = setTimeout(
      () => stopping.abort(new Error(`not home ${options.graceSeconds} s after the last fault`)),
      options.graceSeconds * 1_000,
    );
    await Promise.all(watchers);
    clearTimeout(timer);
    await sleep(200);
    const end = memory();
    return {
      faults,
      errors,
      ...counts,
      right: endpoints.length - wrong.length,
      wrong,
      rssMiB: summarize("rss", begin, course, end),
      heapMiB: summarize("heap", begin, course, end),
      seconds: Number(seconds(began)),
    };
  } finally {
    stopping.abort(new Error("the soak was ended"));
    await network[Symbol.asyncDispose]();
    await Promise.all(servers.map((server) => server.stop()));
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** An agent: a row and a transcript line a second, and a summary in the end. */
function agentCommand(rows: number): string {
  return `mkdir -p results; echo started >>starts; printf 'experiment\\tstatus\\n' >results/results.tsv
i=0; while [ $i -lt ${rows} ]; do i=$((i + 1)); echo "{\\"turn\\":$i}"; printf 'exp-%s\\tkeep\\n' $i >>results/results.tsv; sleep 1; done
echo '{"rows":${rows}}' >results/summary.json; echo '{"type":"result"}'; exit 4`;
}

interface Watching {
  readonly slots: Slots;
  readonly signal: AbortSignal;
  readonly counts: { polls: number; reconnects: number; linesLost: number };
  readonly errors: Record<string, number>;
  started(): void;
}

/** What an orchestrator does for one run: start, poll, fetch the transcript piece by piece, collect, check. */
async function watch(
  endpoint: Endpoint,
  target: string,
  options: SoakOptions,
  { slots, signal, counts, errors, started }: Watching,
): Promise<void> {
  const state = { offset: 0, transcript: "", reported: false };
  for (let attempt = 1; ; attempt++) {
    signal.throwIfAborted();
    try {
      await using session = await slots.run(() => openSession(endpoint, signal));
      counts.reconnects++;
      endpoint.sshdPid = Number((await session.shell().run('echo "$PPID"')).stdout);
      const job = await session.startJob(
        { name: "agent", command: agentCommand(endpoint.rows), harvestReserveBytes: 65_536 },
        signal,
      );
      if (!state.reported) started();
      state.reported = true;
      for (;;) {
        const status = await job.status(signal);
        counts.polls++;
        attempt = 0;
        await takeTranscript(session, job.logFile, state, signal);
        if (status.state === "exited") {
          await collect(session, endpoint, target, signal);
          counts.linesLost += await check(endpoint, target, status.exitCode, state.transcript);
          return;
        }
        if (status.state !== "running" && status.state !== "starting") {
          throw new Error(`the job is ${status.state}`);
        }
        await sleep(options.pollMs * (0.5 + Math.random()), undefined, { signal });
      }
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      if (!(error instanceof SessionError)) throw error;
      errors[error.code] = (errors[error.code] ?? 0) + 1;
      if (!error.retryable && error.code !== "transfer_failed" && error.code !== "job_failed") throw error;
      await sleep(Math.min(reconnectDelay(attempt, Math.random), 4_000), undefined, { signal });
    }
  }
}

function openSession({ server, proxy, home }: Endpoint, signal: AbortSignal): Promise<Session> {
  const { username, hostKeys, privateKey } = server;
  return connect(
    { host: proxy.host, port: proxy.port, username, hostKeys, home },
    { privateKey, keepAliveMs: KEEP_ALIVE_MS, connectTimeoutMs: 10_000, signal },
  );
}

async function takeTranscript(
  session: Session,
  logFile: string,
  state: { offset: number; transcript: string },
  signal: AbortSignal,
): Promise<void> {
  const piece = await session.tail(logFile, state.offset, { signal });
  if (piece === null) return;
  state.transcript += piece.data.toString("utf8");
  state.offset = piece.nextOffset;
}

async function collect(
  session: Session,
  endpoint: Endpoint,
  target: string,
  signal: AbortSignal,
): Promise<void> {
  const { files } = await session.download({
    directory: ".",
    paths: ["results/results.tsv", "results/summary.json", "starts"],
    toDirectory: target,
    signal,
  });
  if (files.length !== 3) throw new Error(`${endpoint.name} sent ${files.length} of 3 files`);
}

/** Throws when something is wrong; returns how many transcript lines are missing that may be. */
async function check(
  { rows, loggerKills }: Endpoint,
  target: string,
  exitCode: number | null,
  transcript: string,
): Promise<number> {
  const numbers = Array.from({ length: rows }, (_, index) => index + 1);
  const expected = {
    exitCode: 4,
    starts: "started\n",
    summary: `{"rows":${rows}}\n`,
    results: ["experiment\tstatus", ...numbers.map((row) => `exp-${row}\tkeep`), ""].join("\n"),
  };
  const found = {
    exitCode,
    starts: await readFile(join(target, "starts"), "utf8"),
    summary: await readFile(join(target, "results/summary.json"), "utf8"),
    results: await readFile(join(target, "results/results.tsv"), "utf8"),
  };
  for (const [what, value] of Object.entries(expected)) {
    const other = found[what as keyof typeof found];
    if (other !== value) {
      throw new Error(
        `${what}: ${JSON.stringify(other).slice(0, 200)} instead of ${JSON.stringify(value).slice(0, 200)}`,
      );
    }
  }
  // In order, none twice, none damaged.
  const lines = transcript.split("\n");
  let at = 0;
  let missing = 0;
  for (const line of [...numbers.map((turn) => `{"turn":${turn}}`), '{"type":"result"}', ""]) {
    if (lines[at] === line) at++;
    else missing++;
  }
  if (at !== lines.length) throw new Error(`transcript: ${JSON.stringify(lines[at])} is out of place`);
  // SIGKILL between the read and the write of a piece takes the piece with it; here that is a line.
  if (missing > loggerKills) throw new Error(`transcript: ${missing} lines are missing`);
  return missing;
}

const KINDS = [
  "rst",
  "fin",
  "cut after some bytes",
  "black hole",
  "stall",
  "slow",
  "half open",
  "refused",
  "sshd's process SIGKILL",
  "sshd's process SIGSTOP",
  "supervisor SIGKILL",
  "logger SIGKILL",
  "heart SIGKILL",
] as const;

/** One fault of a random kind on one endpoint; resolves when it is over. */
async function injectOne(endpoint: Endpoint, faults: Record<string, number>): Promise<void> {
  const { proxy } = endpoint;
  const kind = KINDS[Math.floor(Math.random() * KINDS.length)] ?? "rst";
  const lastMs = 1_000 + Math.random() * 7_000;
  const injected = (): void => void (faults[kind] = (faults[kind] ?? 0) + 1);
  const holdThen = async (release: () => unknown): Promise<void> => {
    injected();
    await sleep(lastMs);
    await release();
  };
  const heal = (): Promise<void> => proxy.setFault({ kind: "none" });
  switch (kind) {
    case "rst":
    case "fin":
      if ((await proxy.cut(kind)) > 0) injected();
      return;
    case "cut after some bytes":
      await proxy.cutAfter(Math.floor(Math.random() * 20_000));
      return await holdThen(() => proxy.cutAfter(null));
    case "black hole":
      await proxy.setFault({ kind: "black_hole" });
      return await holdThen(heal);
    case "stall":
      await proxy.setFault({ kind: "stall" });
      return await holdThen(heal);
    case "slow":
      await proxy.setFault({ kind: "slow", bytesPerSecond: 20_000, latencyMs: 100 });
      return await holdThen(heal);
    case "half open":
    case "refused":
      await proxy.setFaultOfNew({ kind: kind === "refused" ? "refuse" : "half_open" });
      await proxy.cut();
      return await holdThen(heal);
    case "sshd's process SIGKILL":
      if (await signalSshd(endpoint, "SIGKILL")) injected();
      return;
    case "sshd's process SIGSTOP": {
      const pid = endpoint.sshdPid;
      if (!(await signalSshd(endpoint, "SIGSTOP"))) return;
      return await holdThen(() => void sendSignal(pid, "SIGCONT"));
    }
    case "supervisor SIGKILL":
    case "logger SIGKILL":
    case "heart SIGKILL": {
      const pid = await findSupervisor(endpoint, kind);
      if (pid === null || !sendSignal(-pid, "SIGKILL")) return;
      if (kind === "logger SIGKILL") endpoint.loggerKills++;
      injected();
    }
  }
}

/** Only a process that is sshd still: its number may have been given to another one. */
async function signalSshd({ sshdPid }: Endpoint, name: NodeJS.Signals): Promise<boolean> {
  const command = await readFile(`/proc/${sshdPid}/cmdline`, "latin1").catch(() => "");
  return sshdPid > 1 && command.startsWith("sshd") && sendSignal(sshdPid, name);
}

async function findSupervisor({ home }: Endpoint, kind: string): Promise<number | null> {
  const job = join(home, ".universe/jobs/agent");
  const names = (await readdir(job).catch(() => [])).toSorted((a, b) => (a < b ? -1 : 1));
  const last = (prefix: string): string | undefined => names.findLast((name) => name.startsWith(prefix));
  const supervisor = last("adopted.") ?? "started";
  const file = { supervisor, logger: last("logger."), heart: last("beat.") }[kind.split(" ")[0] ?? ""];
  if (file === undefined) return null;
  const words = (await readFile(join(job, file), "utf8").catch(() => "")).trim().split(" ");
  const pid = Number(file === "started" ? words[1] : words[0]);
  const command = await readFile(`/proc/${pid}/cmdline`, "latin1").catch(() => "");
  return pid > 1 && command.includes(home) ? pid : null;
}

function sendSignal(pid: number, name: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}

interface Memory {
  readonly rss: number;
  readonly heap: number;
}

const SAMPLES = 24;

function summarize(of: keyof Memory, begin: Memory, course: readonly Memory[], end: Memory): MemoryCourse {
  const values = course.map((sample) => sample[of]);
  const quarter = Math.max(1, Math.ceil(values.length / 4));
  const quarters = [0, 1, 2, 3].flatMap((index) => {
    const part = values.slice(index * quarter, (index + 1) * quarter).toSorted((a, b) => a - b);
    return part[Math.floor(part.length / 2)] ?? [];
  });
  return { begin: begin[of], quarters, peak: Math.max(begin[of], ...values, end[of]), end: end[of] };
}

function memory(): Memory {
  (globalThis as { gc?: () => void }).gc?.();
  const { rss, heapUsed } = process.memoryUsage();
  return { rss: Math.round(rss / 2 ** 20), heap: Math.round(heapUsed / 2 ** 20) };
}

function seconds(since: number): string {
  return ((performance.now() - since) / 1_000).toFixed(1);
}

/** So many connections are made at a time. */
class Slots {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(free: number) {
    this.#free = free;
  }

  async run<T>(act: () => Promise<T>): Promise<T> {
    if (this.#free === 0) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#free--;
    try {
      return await act();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free++;
      else next();
    }
  }
}
