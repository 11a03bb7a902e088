// A network that goes wrong between an orchestrator and real machines.
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, onTestFinished, test, vi } from "vitest";
import {
  liveness,
  reconnectDelay,
  SessionError,
  type ConnectOptions,
  type Session,
} from "@universe-optimize/remote-session";
import { connect } from "@universe-optimize/remote-session/ssh";
import { startSshd, type TestSshd } from "@universe-optimize/test-servers/sshd";
import { startFaultProxy, type FaultProxy } from "@universe-optimize/test-servers/tcp-fault";
import { ended, parentOf } from "./support/processes.ts";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

interface Machine {
  readonly server: TestSshd;
  readonly proxy: FaultProxy;
  open(options?: Partial<ConnectOptions>): Promise<Session>;
}

async function startMachine(): Promise<Machine> {
  const server = await startSshd();
  const proxy = await startFaultProxy(server);
  onTestFinished(async () => {
    await proxy.stop();
    await server.stop();
  });
  const { username, hostKeys, home, privateKey } = server;
  return {
    server,
    proxy,
    open: (options) =>
      connect(
        { host: proxy.host, port: proxy.port, username, hostKeys, home },
        { privateKey, keepAliveMs: 250, ...options },
      ),
  };
}

/** Tries again with growing pauses, as long as the error says that this may help. */
async function persistently<T>(act: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await act();
    } catch (error) {
      if (!(error instanceof SessionError) || !error.retryable || attempt > 30) throw error;
      await sleep(reconnectDelay(attempt, Math.random) / 10);
    }
  }
}

test.each(["rst", "fin"] as const)("SSH dropped by %s: the job goes on, and is found again", async (how) => {
  const { proxy, open } = await startMachine();
  await using session = await open();
  const job = await session.startJob({
    name: "agent",
    command: "while [ ! -f go ]; do sleep 0.1; done; echo result >result; exit 3",
  });
  const running = session.exec("sleep 300");
  // The cut comes in the middle of the command.
  await sleep(100);
  proxy.cut(how);
  await expect(running).rejects.toMatchObject({ code: "connection_lost", retryable: true });
  await expect(job.status()).rejects.toMatchObject({ code: "connection_lost" });
  await using again = await open();
  expect((await again.job("agent").status()).state).toBe("running");
  await again.exec("touch go");
  expect(await ended(again.job("agent"))).toMatchObject({ exitCode: 3 });
});

test("a black hole: a command ends at its deadline, keep-alives end the connection, the job goes on", async () => {
  const { proxy, open } = await startMachine();
  await using patient = await open({ keepAliveMs: 60_000 });
  await using session = await open();
  await session.startJob({ name: "agent", command: "while [ ! -f go ]; do sleep 0.1; done" });
  proxy.setFault({ kind: "black_hole" });
  await expect(patient.exec("true", { timeoutMs: 400 })).rejects.toMatchObject({
    code: "command_timeout",
    retryable: true,
  });
  await expect(patient.shell().run("true", { timeoutMs: 400 })).rejects.toMatchObject({
    code: "command_timeout",
  });
  await expect(session.exec("true")).rejects.toMatchObject({ code: "connection_lost" });
  await expect(open({ connectTimeoutMs: 400 })).rejects.toMatchObject({
    code: "unreachable",
    retryable: true,
  });
  proxy.setFault({ kind: "none" });
  await using again = await open();
  expect((await again.job("agent").status()).state).toBe("running");
});

test("a network that stalls for a while costs nothing but time", async () => {
  const { proxy, open } = await startMachine();
  await using session = await open({ keepAliveMs: 10_000 });
  proxy.setFault({ kind: "stall" });
  const answer = session.exec("echo answer");
  await sleep(500);
  proxy.setFault({ kind: "none" });
  expect((await answer).stdout).toBe("answer\n");
});

test("a half-open port and one that refuses are unreachable within the deadline", async () => {
  const { proxy, open } = await startMachine();
  for (const kind of ["half_open", "refuse"] as const) {
    proxy.setFaultOfNew({ kind });
    await expect(open({ connectTimeoutMs: 500 })).rejects.toMatchObject({
      code: "unreachable",
      retryable: true,
    });
  }
});

test("a slow line with long delays carries a session, an upload and a status", async () => {
  const { proxy, open } = await startMachine();
  proxy.setFault({ kind: "slow", bytesPerSecond: 60_000, latencyMs: 60 });
  await using session = await open({ keepAliveMs: 1_000 });
  await session.upload([{ path: "a", content: Buffer.alloc(40_000, "x") }], "up");
  expect((await session.exec("wc -c <up/a")).stdout.trim()).toBe("40000");
  expect((await session.job("none").status()).state).toBe("absent");
});

test("a start that is cut off at any byte: tried again, the job is started once", async () => {
  const { server, proxy, open } = await startMachine();
  for (let round = 0; round < 8; round++) {
    const name = `cut-${round}`;
    const padding = "x".repeat(20_000);
    // Bytes from the machine: the handshake, the marker, and the answer are a few thousand.
    proxy.cutAfter(1_200 + round * 400);
    await open()
      .then((session) =>
        session.startJob({ name, command: `echo ran >>${name}.ran`, secrets: { PADDING: padding } }),
      )
      .catch((error: unknown) => expect(error).toMatchObject({ name: "SessionError", retryable: true }));
    proxy.cutAfter(null);
    await using session = await open();
    await ended(await session.startJob({ name, command: `echo ran >>${name}.ran` }));
    expect(await readFile(join(server.home, `${name}.ran`), "utf8")).toBe("ran\n");
  }
});

test("a harvest that is cut off again and again comes home whole, and no half file is ever seen", async () => {
  const { proxy, open } = await startMachine();
  const target = await mkdtemp(join(tmpdir(), "cut-"));
  onTestFinished(() => rm(target, { recursive: true, force: true }));
  const names = Array.from({ length: 12 }, (_, index) => `file-${index}`);
  await using setUp = await open();
  await setUp.exec(
    `mkdir results; for f in ${names.join(" ")}; do head -c 200000 /dev/zero | tr '\\0' "\${f#file-}" >results/$f; done`,
  );
  const missing = new Set(names);
  let cuts = 0;
  while (missing.size > 0) {
    proxy.cutAfter(cuts < 3 ? 700_000 : null);
    try {
      await using session = await open();
      await session.download({ directory: "results", paths: [...missing], toDirectory: target });
    } catch (error) {
      expect(error).toMatchObject({ code: "connection_lost" });
      cuts++;
    }
    for (const name of await readdir(target)) {
      expect((await readFile(join(target, name))).length).toBe(200_000);
      missing.delete(name);
    }
  }
  expect(cuts).toBe(3);
});

test("sshd's process for a connection stands still: keep-alives notice, a new connection goes on", async () => {
  const { open } = await startMachine();
  await using session = await open();
  const pid = Number((await session.exec("echo $PPID")).stdout);
  process.kill(pid, "SIGSTOP");
  onTestFinished(() => void process.kill(pid, "SIGKILL"));
  await expect(session.exec("true")).rejects.toMatchObject({ code: "connection_lost" });
  await using again = await open();
  expect((await again.exec("echo on")).stdout).toBe("on\n");
});

test("sshd itself stands still: unreachable, and the provider is asked only after a minimum of time and tries", async () => {
  const { open } = await startMachine();
  await using session = await open();
  let listener = Number((await session.exec("echo $PPID")).stdout);
  while ((await parentOf(listener)) !== process.pid) listener = await parentOf(listener);
  process.kill(listener, "SIGSTOP");
  const acts: string[] = [];
  let firstFailureAt: number | null = null;
  for (let failures = 1; failures <= 4; failures++) {
    await expect(open({ connectTimeoutMs: 150 })).rejects.toMatchObject({ code: "unreachable" });
    const now = Math.trunc(performance.now());
    firstFailureAt ??= now;
    acts.push(liveness({ firstFailureAt, failures, now, minMs: 100, minTries: 4 }));
  }
  expect(acts).toEqual(["wait", "wait", "wait", "ask_provider"]);
  process.kill(listener, "SIGCONT");
  await using again = await persistently(() => open());
  expect((await again.exec("echo on")).stdout).toBe("on\n");
});

test("sshd's processes are killed again and again: what is tried again goes through", async () => {
  const { server, open } = await startMachine();
  const killing = new AbortController();
  const killer = (async () => {
    while (!killing.signal.aborted) {
      await server.killConnections();
      await sleep(400);
    }
  })();
  for (let round = 0; round < 5; round++) {
    const said = await persistently(async () => {
      await using session = await open();
      return (await session.exec(`sleep 0.05; echo ${round}`)).stdout;
    });
    expect(said).toBe(`${round}\n`);
  }
  killing.abort();
  await killer;
});

test("a machine that comes back with another host key is refused, with what to do; with the old key it is let in again", async () => {
  const { server, proxy, open } = await startMachine();
  await using stranger = await startSshd();
  proxy.setTarget(stranger);
  await expect(open()).rejects.toMatchObject({
    code: "host_key_mismatch",
    retryable: false,
    message: expect.stringMatching(/compare with .*pin the new key only if it matches/) as string,
  });
  proxy.setTarget(server);
  await using session = await open();
  expect((await session.exec("echo in")).stdout).toBe("in\n");
});
