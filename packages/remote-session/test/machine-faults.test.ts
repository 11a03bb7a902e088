// What happens on a machine while a job runs there: its processes die, its folder goes, its disk and memory run out.
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test, vi, type TestContext } from "vitest";
import type { Session, SessionEndpoint } from "@universe-optimize/remote-session";
import { connect } from "@universe-optimize/remote-session/ssh";
import { startSshd, type TestSshd } from "@universe-optimize/test-servers/sshd";
import { ended, findSupervisors, isAlive, killSupervisors } from "./support/processes.ts";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

let server: TestSshd;
let session: Session;
let home: string;

beforeAll(async () => {
  server = await startSshd();
  session = await open();
  home = session.home;
});
afterAll(async () => {
  await session[Symbol.asyncDispose]();
  await server.stop();
});

function open(endpoint: Partial<SessionEndpoint> = {}): Promise<Session> {
  const { host, port, username, hostKeys } = server;
  return connect(
    { host, port, username, hostKeys, home: server.home, ...endpoint },
    { privateKey: server.privateKey },
  );
}

/** A command that goes on until the file NAME.go is there, printing a line every tenth of a second. */
function waiting(name: string, then: string): string {
  return `echo ran >>${name}.ran; i=0; while [ ! -f ${name}.go ]; do i=$((i + 1)); echo "line $i"; sleep 0.1; done; ${then}`;
}

test("a job whose supervisor was killed gets a new one, one only, that knows its exit status", async () => {
  const name = "adopted";
  const job = await session.startJob({ name, command: waiting(name, "exit 5") });
  for (let round = 0; round < 3; round++) {
    await killSupervisors(home, name, ["run", "watch"]);
    const states = await Promise.all(Array.from({ length: 6 }, () => session.job(name).status()));
    for (const { state } of states) expect(state).toBe("running");
    await expect
      .poll(async () => (await findSupervisors(home, name))["watch"]?.length, { timeout: 20_000 })
      .toBe(1);
  }
  expect((await session.startJob({ name, command: "echo twice >>adopted.ran" })).startedNow).toBe(false);
  expect((await findSupervisors(home, name))["watch"]).toHaveLength(1);
  await expect
    .poll(async () => (await findSupervisors(home, name))["beat"], { timeout: 20_000 })
    .toBeUndefined();
  await session.exec(`touch ${name}.go`);
  expect(await ended(job)).toMatchObject({ exitCode: 5, end: "exited" });
  expect(await readFile(join(home, "adopted.ran"), "utf8")).toBe("ran\n");
  await expect.poll(() => findSupervisors(home, name), { timeout: 20_000 }).toEqual({});
});

test("a job that ended without a supervisor has its exit status, and a start adopts it, too", async () => {
  const name = "ended-alone";
  const job = await session.startJob({ name, command: waiting(name, "echo last; exit 6") });
  await killSupervisors(home, name, ["run", "beat"]);
  await session.exec(`touch ${name}.go`);
  await expect
    .poll(async () => (await findSupervisors(home, name))["job"], { timeout: 20_000 })
    .toBeUndefined();
  expect((await session.startJob({ name, command: "echo twice" })).startedNow).toBe(false);
  expect(await ended(job)).toMatchObject({ exitCode: 6 });
  expect((await session.tail(job.logFile, 0))?.data.toString()).toMatch(/^(line \d+\n)*last\n$/);
});

test("with supervisor, heart and logger killed, a job's output waits and nothing of it is lost", async () => {
  const name = "unheard";
  const job = await session.startJob({
    name,
    command: `while [ ! -f ${name}.go ]; do sleep 0.1; done; i=0; while [ $i -lt 20000 ]; do i=$((i + 1)); echo "number $i"; done; exit 3`,
  });
  await killSupervisors(home, name, ["run", "beat", "log"]);
  await session.exec(`touch ${name}.go`);
  // More than a pipe holds: the job waits for a reader.
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect((await session.tail(job.logFile, 0))?.size).toBe(0);
  expect(await ended(job)).toMatchObject({ exitCode: 3, logTruncated: false });
  const text = (await session.tail(job.logFile, 0))?.data.toString();
  expect(text).toBe(Array.from({ length: 20_000 }, (_, index) => `number ${index + 1}\n`).join(""));
});

test("a logger that was killed is replaced while the supervisor lives", async () => {
  const name = "logger";
  const job = await session.startJob({ name, command: waiting(name, "echo last") });
  await expect
    .poll(async () => (await findSupervisors(home, name))["log"]?.length, { timeout: 20_000 })
    .toBe(1);
  await killSupervisors(home, name, ["log"]);
  await expect
    .poll(async () => (await findSupervisors(home, name))["log"]?.length, { timeout: 30_000 })
    .toBe(1);
  await session.exec(`touch ${name}.go`);
  await ended(job);
  expect((await session.tail(job.logFile, 0))?.data.toString()).toMatch(/^(line \d+\n)*last\n$/);
});

test("a job that removes its own folder is still one job, with its log, status and exit status", async () => {
  const name = "tidy";
  const job = await session.startJob({
    name,
    command: `echo first; rm -rf "$HOME/.universe"; ${waiting(name, "echo last; exit 7")}`,
  });
  await expect.poll(() => existsSync(join(home, `${name}.ran`)), { timeout: 20_000 }).toBe(true);
  expect((await session.startJob({ name, command: `echo twice >>${name}.ran` })).startedNow).toBe(false);
  await expect.poll(() => job.status().then(({ state }) => state), { timeout: 20_000 }).toBe("running");
  await session.exec(`touch ${name}.go`);
  expect(await ended(job)).toMatchObject({ exitCode: 7 });
  expect(await readFile(join(home, `${name}.ran`), "utf8")).toBe("ran\n");
  const text = (await session.tail(job.logFile, 0))?.data.toString() ?? "";
  expect(text).toMatch(/^first\n/);
  expect(text).toMatch(/last\n$/);
});

test("a job that removes its folder and kills its supervisors is found by its mark, never started twice, and can be stopped", async () => {
  const name = "vandal";
  await session.startJob({ name, command: `exec >/dev/null 2>&1; ${waiting(name, "exit 8")}` });
  await expect.poll(() => existsSync(join(home, `${name}.ran`)), { timeout: 20_000 }).toBe(true);
  await killSupervisors(home, name, ["run", "beat", "log"]);
  await rm(join(home, ".universe/jobs", name), { recursive: true });
  const again = await session.startJob({ name, command: `echo twice >>${name}.ran` });
  expect(again.startedNow).toBe(false);
  expect((await again.status()).state).toBe("running");
  await session.exec(`touch ${name}.go`);
  expect(await ended(again)).toMatchObject({ exitCode: 8 });
  expect(await readFile(join(home, `${name}.ran`), "utf8")).toBe("ran\n");
});

test("stop ends a job that removed its folder", async () => {
  const name = "hidden";
  const job = await session.startJob({ name, command: `echo $$ >${name}.pid; ${waiting(name, "true")}` });
  await expect.poll(() => existsSync(join(home, `${name}.ran`)), { timeout: 20_000 }).toBe(true);
  await killSupervisors(home, name, ["run", "beat", "log"]);
  await rm(join(home, ".universe/jobs", name), { recursive: true });
  await job.stop({ graceMs: 5_000 });
  expect(await isAlive(Number(await readFile(join(home, `${name}.pid`), "utf8")))).toBe(false);
});

test("a temporary folder that is wiped takes nothing of a job with it", async ({ onTestFinished }) => {
  const name = "wiped";
  const temporary = await mkdtemp(join(tmpdir(), "wiped-"));
  onTestFinished(() => rm(temporary, { recursive: true, force: true }));
  const job = await session.startJob({
    name,
    command: `echo x >"$TMPDIR/scratch"; rm -rf "$TMPDIR"; ${waiting(name, "exit 4")}`,
    env: { TMPDIR: temporary },
  });
  await expect.poll(() => existsSync(temporary), { timeout: 20_000 }).toBe(false);
  await killSupervisors(home, name, ["run"]);
  expect((await job.status()).state).toBe("running");
  await session.exec(`touch ${name}.go`);
  expect(await ended(job)).toMatchObject({ exitCode: 4 });
});

test("SIGTERM leaves no children behind: neither those that ignore it, nor those in sessions of their own", async () => {
  const name = "family";
  const job = await session.startJob({
    name,
    command: `for how in "" setsid; do $how sh -c 'trap "" TERM; echo $$ >>${name}.pids; while :; do sleep 1; done' & done; trap 'exit 0' TERM; while :; do sleep 0.1; done`,
  });
  const pids = async (): Promise<number[]> =>
    (await readFile(join(home, `${name}.pids`), "utf8").catch(() => "")).trim().split("\n").map(Number);
  await expect.poll(async () => (await pids()).length, { timeout: 20_000 }).toBe(2);
  expect(await job.stop({ graceMs: 300 })).toMatchObject({ state: "exited", end: "stopped" });
  for (const pid of await pids()) expect(await isAlive(pid)).toBe(false);
});

test("a machine at 100 % CPU answers, and its job's heart beats", async () => {
  const name = "busy";
  const job = await session.startJob({
    name,
    command: "for i in 1 2 3 4 5 6 7 8; do while :; do :; done & done; wait",
  });
  await expect
    .poll(() => job.status().then(({ cpuSeconds }) => cpuSeconds ?? 0), { timeout: 60_000 })
    .toBeGreaterThan(2);
  const status = await job.status();
  expect(status.state).toBe("running");
  expect(status.heartbeatAgeSeconds).toBeLessThan(15);
  expect(status.rssBytes).toBeGreaterThan(0);
  await using other = await open();
  expect((await other.exec("echo in")).stdout).toBe("in\n");
  expect(await job.stop({ graceMs: 1_000 })).toMatchObject({ end: "stopped" });
});

test("out of memory: the job is what goes, and sshd and supervisor stay", async () => {
  const name = "hungry";
  const job = await session.startJob({
    name,
    command: `cat /proc/self/oom_score_adj >${name}.adj; while [ ! -f ${name}.go ]; do sleep 0.1; done; head -c 400000000 /dev/zero | tail -c 300000000 >/dev/null || exit 137`,
    memoryLimitBytes: 64 * 1024 * 1024,
  });
  await expect
    .poll(() => job.status().then(({ facts }) => facts !== undefined), { timeout: 30_000 })
    .toBe(true);
  const { facts } = await job.status();
  const supervisor = (await findSupervisors(home, name))["run"]?.[0];
  const scoreOf = async (file: string): Promise<number> =>
    Number(await readFile(file, "utf8").catch(() => Number.NaN));
  await expect.poll(() => scoreOf(join(home, `${name}.adj`)), { timeout: 20_000 }).toBe(500);
  expect(await scoreOf(`/proc/${supervisor}/oom_score_adj`)).toBeLessThan(500);
  await session.exec(`touch ${name}.go`);
  const status = await ended(job);
  // Where no cgroup can be had, the machine has this much memory for the job.
  expect(status).toMatchObject(
    facts?.memoryLimited === true
      ? { exitCode: 137, end: "out_of_memory" }
      : { exitCode: 0, end: "exited", facts: { memoryLimited: false } },
  );
});

test("a full disk: the job's end, last words and results are kept, and it says what happened", async ({
  onTestFinished,
}) => {
  const disk = await mountSmallDisk(onTestFinished);
  await using there = await open(disk === null ? {} : { home: disk });
  const name = "full";
  const job = await there.startJob({
    name,
    // Without a disk of one's own: a log that takes no byte.
    ...(disk === null ? { logFile: "/dev/full" } : {}),
    harvestReserveBytes: 4 * 1024 * 1024,
    command: `sleep 2; echo begin; ${disk === null ? "" : "cat /dev/zero >filler 2>/dev/null; echo 'the disk is full' ;"}
      i=0; until [ -s summary.json ]; do i=$((i + 1)); [ $i -lt 300 ] || exit 2; { echo '{"kept": true}' >summary.json; } 2>/dev/null; sleep 0.1; done
      echo last words; sleep 1; exit 1`,
  });
  const status = await ended(job);
  expect(status).toMatchObject({ exitCode: 1, end: "disk_full", facts: { diskFull: true } });
  expect(await readFile(join(there.home, "summary.json"), "utf8")).toBe('{"kept": true}\n');
  if (disk !== null) {
    expect((await there.tail(job.logFile, 0))?.data.toString()).toBe("begin\nthe disk is full\nlast words\n");
  }
  expect((await there.startJob({ name, command: "true" })).startedNow).toBe(false);
});

test("progress is counted: output, results rows, commits, the newest commit", async () => {
  const name = "progress";
  const git = "git -C work -c user.name=a -c user.email=a@example.com";
  await session.exec(
    `mkdir -p work results; git init -q -b main work; ${git} commit -q --allow-empty -m zero; ${git} branch optimize; printf 'head\\nrow 0\\n' >results/results.tsv`,
  );
  const job = await session.startJob({
    name,
    command: `${git} checkout -q optimize; while [ ! -f ${name}.go ]; do sleep 0.1; done; for i in 1 2 3; do ${git} commit -q --allow-empty -m "commit $i"; printf 'row %s\\n' $i >>results/results.tsv; done; echo done; while [ ! -f ${name}.end ]; do sleep 0.1; done`,
    progress: { resultsFile: "results/results.tsv", gitDirectory: "work", branch: "optimize" },
  });
  const facts = (): Promise<unknown> => job.status().then((status) => status.facts);
  await expect.poll(facts, { timeout: 30_000 }).toMatchObject({ resultRows: 1, commits: 0 });
  await session.exec(`touch ${name}.go`);
  await expect.poll(facts, { timeout: 30_000 }).toMatchObject({ resultRows: 4, commits: 3, outputBytes: 5 });
  const tip = (await session.exec("git -C work rev-parse optimize")).stdout.trim();
  expect(await facts()).toMatchObject({ tip, diskFull: false });
  await session.exec(`git -C work pack-refs --all; touch ${name}.end`);
  expect((await ended(job)).facts).toMatchObject({ resultRows: 4, commits: 3, tip });
});

test("a stuck results file, or one that is none, holds no heart up", async () => {
  const name = "stuck";
  const job = await session.startJob({
    name,
    command: `mkfifo stuck.tsv; while [ ! -f ${name}.go ]; do sleep 0.1; done`,
    progress: { resultsFile: "stuck.tsv", gitDirectory: "nowhere", branch: "main" },
  });
  await expect.poll(() => job.status().then(({ facts }) => facts), { timeout: 30_000 }).toBeDefined();
  expect((await job.status()).facts).toMatchObject({ resultRows: null, commits: null, tip: null });
  await session.exec(`touch ${name}.go`);
  expect(await ended(job)).toMatchObject({ exitCode: 0 });
});

test("of a log above its cap the last words are kept", async () => {
  const name = "wordy";
  const job = await session.startJob({
    name,
    command:
      "echo first; i=0; while [ $i -lt 40 ]; do i=$((i + 1)); head -c 100000 /dev/zero | tr '\\0' x; done; echo; echo 'the result'",
    maxLogBytes: 1_000_000,
  });
  expect(await ended(job)).toMatchObject({
    logBytes: 1_000_000,
    logTruncated: true,
    facts: { outputBytes: 4_000_018 },
  });
  const text = (await session.tail(job.logFile, 0))?.data.toString() ?? "";
  expect(text).toMatch(/^first\nx+\n\[\.\.\. 0*\d+ bytes of output left out \.\.\.\]\nx+\nthe result\n$/);
});

test("a job that was running when the machine was restarted is lost", async () => {
  const name = "before";
  const folder = join(home, ".universe/jobs", name);
  await mkdir(folder, { recursive: true });
  await writeFile(
    join(folder, "started"),
    `${process.pid} 1 1 1 another-boot 5.00 1700000000 ${name}.0 ${folder}/log\n`,
  );
  await writeFile(join(folder, "log"), "last words\n");
  expect(await session.job(name).status()).toMatchObject({ state: "lost", exitCode: null, end: null });
  expect((await session.startJob({ name, command: "true" })).startedNow).toBe(false);
  expect((await session.job(name).stop({ graceMs: 100 })).state).toBe("lost");
});

/** A file system of 16 MiB, where this user may mount one. */
async function mountSmallDisk(onTestFinished: TestContext["onTestFinished"]): Promise<string | null> {
  const folder = await mkdtemp(join(tmpdir(), "small-disk-"));
  const run = promisify(execFile);
  const mounted = await run("mount", ["-t", "tmpfs", "-o", "size=16m", "tmpfs", folder]).then(
    () => true,
    () => false,
  );
  onTestFinished(async () => {
    if (mounted) await run("umount", ["-l", folder]);
    await rm(folder, { recursive: true, force: true });
  });
  return mounted ? folder : null;
}
