import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { Job, JobSpec, JobStatus, Session, SessionEndpoint } from "@universe-optimize/remote-session";
import { connect } from "@universe-optimize/remote-session/ssh";
import { startSshd, type TestSshd } from "@universe-optimize/test-servers/sshd";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

let server: TestSshd;
let endpoint: SessionEndpoint;
let session: Session;

beforeAll(async () => {
  server = await startSshd();
  const { host, port, username, hostKeys, home } = server;
  endpoint = { host, port, username, hostKeys, home };
  session = await open();
});
afterAll(async () => {
  await session[Symbol.asyncDispose]();
  await server.stop();
});

function open(): Promise<Session> {
  return connect(endpoint, { privateKey: server.privateKey });
}

test("an orchestrator that is SIGKILLed leaves its job running; the next one finds it and its result", async () => {
  const spec = {
    name: "orphan",
    command: "echo began >>began; while [ ! -f go ]; do sleep 0.1; done; echo result >result; exit 5",
  };
  const orchestrator = await startOrchestrator(spec);
  await heard(orchestrator, "started");
  orchestrator.kill("SIGKILL");
  await once(orchestrator, "exit");

  await using later = await open();
  const job = await later.startJob(spec);
  expect(job.startedNow).toBe(false);
  expect((await job.status()).state).toBe("running");
  await later.exec("touch go");
  expect(await ended(job)).toMatchObject({ exitCode: 5 });
  expect((await later.exec("cat began result")).stdout).toBe("began\nresult\n");
});

test("an orchestrator that is SIGKILLed at any moment of the start: the job is started once in all", async () => {
  for (let round = 0; round < 14; round++) {
    const name = `killed-${round}`;
    const spec = {
      name,
      command: `echo ran >>${name}.ran`,
      secrets: { TOKEN: "not-a-real-value", PADDING: "x".repeat(60_000) },
    };
    const orchestrator = await startOrchestrator(spec);
    await heard(orchestrator, "connected");
    await new Promise((resolve) => setTimeout(resolve, round * 4));
    orchestrator.kill("SIGKILL");
    await once(orchestrator, "exit");

    const job = await session.startJob({ name, command: `echo ran >>${name}.ran` });
    expect(await ended(job)).toMatchObject({ exitCode: 0 });
    expect(await readFile(join(server.home, `${name}.ran`), "utf8")).toBe("ran\n");
    expect((await session.startJob({ name, command: "echo again" })).startedNow).toBe(false);
  }
  // An upload whose orchestrator died is done away with by the shell that received it.
  await expect
    .poll(() => session.exec("grep -rl not-a-real-value .universe").then(({ stdout }) => stdout), {
      timeout: 20_000,
    })
    .toBe("");
});

test("what a start that died before its supervisor left behind is done away with, secrets first", async () => {
  const stage = join(server.home, ".universe/jobs/left-behind/stage.4000000");
  await mkdir(stage, { recursive: true });
  await writeFile(join(stage, "secrets.env"), "export TOKEN=old\n");
  await writeFile(join(stage, "command.sh"), "echo old >>left\n");
  expect((await session.job("left-behind").status()).state).toBe("absent");
  const job = await session.startJob({ name: "left-behind", command: "echo new >>left" });
  expect(job.startedNow).toBe(true);
  await ended(job);
  expect(await readFile(join(server.home, "left"), "utf8")).toBe("new\n");
  expect(existsSync(stage)).toBe(false);
});

test("of orchestrators that race, one starts the job", async () => {
  const sessions = await Promise.all([open(), open(), open()]);
  for (let round = 0; round < 4; round++) {
    const name = `race-${round}`;
    const jobs = await Promise.all(
      [...sessions, ...sessions].map((one, index) =>
        one.startJob({
          name,
          command: `echo ${index} >>${name}.ran; sleep 0.3`,
          logFile: `${name}-${index}.log`,
        }),
      ),
    );
    expect(jobs.filter(({ startedNow }) => startedNow)).toHaveLength(1);
    const winner = jobs.findIndex(({ startedNow }) => startedNow);
    for (const job of jobs) expect(job.logFile).toBe(`${server.home}/${name}-${winner}.log`);
    await ended(session.job(name));
    expect(await readFile(join(server.home, `${name}.ran`), "utf8")).toBe(`${winner}\n`);
    await expect
      .poll(
        () =>
          readdir(join(server.home, ".universe/jobs", name)).then((names) =>
            names.filter((file) => file.startsWith("stage")),
          ),
        { timeout: 20_000 },
      )
      .toEqual([]);
  }
  for (const one of sessions) await one[Symbol.asyncDispose]();
});

test("a job whose supervisor was killed runs on, can be read, and can be stopped", async () => {
  const job = await session.startJob({
    name: "unwatched",
    command: "while :; do echo line; sleep 0.1; done",
  });
  await killSupervisor("unwatched");
  const status = await job.status();
  expect(status.state).toBe("running");
  const { size } = (await session.tail(job.logFile, 0)) ?? { size: 0 };
  await expect
    .poll(async () => (await session.tail(job.logFile, 0))?.size, { timeout: 20_000 })
    .toBeGreaterThan(size);
  expect((await job.stop({ graceMs: 5_000 })).state).toBe("exited");
  expect(await job.status()).toMatchObject({ state: "exited", exitCode: 143 });
});

test("a job of which only children are left runs on, and can be stopped", async () => {
  const job = await session.startJob({
    name: "children",
    command: "sh -c 'echo $$ >child; trap \"\" TERM; while :; do sleep 1; done' & wait",
  });
  await expect.poll(() => existsSync(join(server.home, "child")), { timeout: 20_000 }).toBe(true);
  await killSupervisor("children");
  const [leader] = await readStarted("children");
  await session.exec(`kill -KILL ${leader}`);
  await expect.poll(() => isAlive(leader), { timeout: 20_000 }).toBe(false);
  expect((await job.status()).state).toBe("running");
  expect(await job.stop({ graceMs: 200 })).toMatchObject({ state: "exited", exitCode: 137 });
  expect(await isAlive(Number(await readFile(join(server.home, "child"), "utf8")))).toBe(false);
});

test("a job that went with its supervisor is lost, and stays started", async () => {
  const spec = { name: "gone", command: "echo ran >>gone.ran; sleep 300" };
  const job = await session.startJob(spec);
  await expect.poll(() => existsSync(join(server.home, "gone.ran")), { timeout: 20_000 }).toBe(true);
  await killSupervisor("gone");
  const [leader] = await readStarted("gone");
  await session.exec(`kill -KILL -${leader}`);
  await expect.poll(() => job.status().then(({ state }) => state), { timeout: 20_000 }).toBe("lost");
  expect((await job.stop()).state).toBe("lost");
  expect((await session.startJob(spec)).startedNow).toBe(false);
  expect(await readFile(join(server.home, "gone.ran"), "utf8")).toBe("ran\n");
});

test("a job that TERMs its supervisor is supervised on", async () => {
  const job = await session.startJob({
    name: "hostile",
    command:
      'read -r _ supervisor _ <"$HOME/.universe/jobs/hostile/started"; kill -TERM "$supervisor"; kill -HUP "$supervisor"; sleep 1; exit 9',
  });
  expect(await ended(job)).toMatchObject({ exitCode: 9 });
});

test("a job ended by a signal has 128 and the signal as its status", async () => {
  expect(await ended(await session.startJob({ name: "signal", command: "kill -KILL $$" }))).toMatchObject({
    exitCode: 137,
  });
});

test("a child that outlives its job keeps nobody waiting, and stop ends it", async () => {
  const job = await session.startJob({
    name: "daemon",
    command:
      "echo out; sh -c 'echo $$ >daemon.pid; sleep 300' & while [ ! -s daemon.pid ]; do sleep 0.1; done; exit 0",
  });
  expect(await ended(job)).toMatchObject({ exitCode: 0, logBytes: 4 });
  const pid = Number(await readFile(join(server.home, "daemon.pid"), "utf8"));
  expect(await isAlive(pid)).toBe(true);
  expect(await job.stop({ graceMs: 5_000 })).toMatchObject({ state: "exited", exitCode: 0 });
  expect(await isAlive(pid)).toBe(false);
});

test("asking for the status of a running job forks nothing on the machine", async () => {
  const job = await session.startJob({ name: "polled", command: "echo some output; sleep 300" });
  await expect.poll(() => job.status().then(({ logBytes }) => logBytes), { timeout: 20_000 }).toBe(12);
  // Fields 11 and 13 of stat: page faults of children that were waited for. A fork would show.
  const childFaults = async (): Promise<string> => {
    const { stdout } = await session
      .shell()
      .run('read -r l <"/proc/$$/stat"; set -- ${l##*) }; echo "$$ $9 ${11}"');
    return stdout;
  };
  const before = await childFaults();
  for (let poll = 0; poll < 10; poll++) expect((await job.status()).state).toBe("running");
  expect(await childFaults()).toBe(before);
  await session.shell().run("$(command -v true)");
  expect(await childFaults()).not.toBe(before);
  await job.stop({ graceMs: 5_000 });
});

test("short pieces of output come at once, and the heartbeat tells the log's size", async () => {
  const job = await session.startJob({
    name: "live",
    command: "printf a; while [ ! -f live.go ]; do sleep 0.1; done; printf b",
  });
  await expect
    .poll(async () => (await session.tail(job.logFile, 0))?.data.toString(), { timeout: 20_000 })
    .toBe("a");
  await session.exec("touch live.go");
  expect(await ended(job)).toMatchObject({ logBytes: 2 });
});

test("a later job may go on in the same log", async () => {
  await ended(await session.startJob({ name: "log-1", command: "printf one", logFile: "both.log" }));
  expect(
    await ended(await session.startJob({ name: "log-2", command: "printf two", logFile: "both.log" })),
  ).toMatchObject({ logBytes: 6 });
  expect(await readFile(join(server.home, "both.log"), "utf8")).toBe("onetwo");
});

test("a job's variables may have any name, and change nothing of the supervisor", async () => {
  const names = ["job", "stage", "log", "command", "id", "line", "wall", "variables", "PATH", "IFS"];
  const env = Object.fromEntries(
    names.map((name) => [name, name === "PATH" ? `${process.env["PATH"]}` : `<${name}>`]),
  );
  const job = await session.startJob({
    name: "names",
    command: 'echo "$job $stage $log $command $id $line $wall $variables"',
    env,
  });
  expect(await ended(job)).toMatchObject({ exitCode: 0 });
  expect((await session.tail(job.logFile, 0))?.data.toString()).toBe(
    "<job> <stage> <log> <command> <id> <line> <wall> <variables>\n",
  );
});

async function ended(job: Job): Promise<JobStatus> {
  await expect.poll(() => job.status().then(({ state }) => state), { timeout: 60_000 }).toBe("exited");
  return await job.status();
}

async function readStarted(name: string): Promise<[job: number, supervisor: number]> {
  const [job, supervisor] = (await readFile(join(server.home, ".universe/jobs", name, "started"), "utf8"))
    .split(" ")
    .map(Number);
  return [job ?? 0, supervisor ?? 0];
}

async function killSupervisor(name: string): Promise<void> {
  const [, supervisor] = await readStarted(name);
  process.kill(supervisor, "SIGKILL");
  await expect.poll(() => isAlive(supervisor), { timeout: 20_000 }).toBe(false);
}

async function isAlive(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, "latin1").catch(() => "");
  return stat !== "" && !/\) [ZX] /.test(stat);
}

async function startOrchestrator(spec: JobSpec): Promise<ChildProcess> {
  return spawn(process.execPath, [fileURLToPath(new URL("fixtures/start-job.ts", import.meta.url))], {
    env: { ...process.env, START_JOB: JSON.stringify({ endpoint, spec }), START_JOB_KEY: server.privateKey },
    stdio: ["ignore", "pipe", "inherit"],
  });
}

async function heard(child: ChildProcess, word: string): Promise<void> {
  let text = "";
  child.stdout?.setEncoding("utf8");
  for await (const piece of child.stdout?.iterator({ destroyOnReturn: false }) ?? []) {
    text += piece as string;
    if (text.includes(word)) return;
  }
  throw new Error(`the orchestrator ended without "${word}": ${text}`);
}
