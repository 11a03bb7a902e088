import { createServer, connect as connectSocket, type Socket } from "node:net";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { generateSshKeyPair, startSshd, type TestSshd } from "@universe-optimize/test-servers/sshd";
import { connect } from "@universe-optimize/remote-session/ssh";
import type { Session, SessionEndpoint } from "@universe-optimize/remote-session";

function open(server: TestSshd, endpoint: Partial<SessionEndpoint> = {}): Promise<Session> {
  const { host, port, username, hostKeys, home, privateKey } = server;
  return connect({ host, port, username, hostKeys, home, ...endpoint }, { privateKey, keepAliveMs: 250 });
}

test(
  "what runs when the connection breaks ends with connection_lost, and a new session goes on",
  { timeout: 60_000 },
  async () => {
    await using server = await startSshd();
    await using session = await open(server);
    const running = session.exec("echo >up; sleep 300");
    const polling = session.shell().run("sleep 300");
    await using other = await open(server);
    await expect
      .poll(() => other.exec("[ -f up ]").then(({ exitCode }) => exitCode), { timeout: 20_000 })
      .toBe(0);
    const outcomes = Promise.allSettled([running, polling]);
    await server.killConnections();
    for (const outcome of await outcomes) {
      expect(outcome).toMatchObject({
        status: "rejected",
        reason: { code: "connection_lost", retryable: true, port: server.port },
      });
    }
    expect(session.connected).toBe(false);
    await expect(session.exec("true")).rejects.toMatchObject({ code: "connection_lost" });
    await expect(session.shell().run("true")).rejects.toMatchObject({ code: "connection_lost" });
    await expect(session.job("x").status()).rejects.toMatchObject({ code: "connection_lost" });
    await using again = await open(server);
    expect((await again.exec("echo back")).stdout).toBe("back\n");
  },
);

test("a network that swallows everything is noticed by keep-alives", { timeout: 60_000 }, async () => {
  await using server = await startSshd();
  await using proxy = await startProxy(server.port);
  await using session = await open(server, { port: proxy.port });
  const running = session.exec("sleep 300");
  proxy.swallow();
  await expect(running).rejects.toMatchObject({ code: "connection_lost", port: proxy.port });
  await expect(session.exec("true")).rejects.toMatchObject({ code: "connection_lost" });
});

test(
  "a download that is cut off leaves no half file and keeps the whole ones",
  { timeout: 60_000 },
  async () => {
    await using server = await startSshd();
    await using proxy = await startProxy(server.port);
    await using session = await open(server, { port: proxy.port });
    await session.exec("mkdir results; echo first >results/a; head -c 30000000 /dev/urandom >results/b");
    const target = await mkdtemp(join(tmpdir(), "cut-"));
    onTestFinished(() => rm(target, { recursive: true, force: true }));
    proxy.cutAfter(3_000_000);
    await expect(
      session.download({ directory: "results", paths: ["a", "b"], toDirectory: target }),
    ).rejects.toMatchObject({ code: "connection_lost" });
    expect(await readdir(target)).toEqual(["a"]);
  },
);

test(
  "an upload that is cut off fails, and the machine is not left waiting",
  { timeout: 60_000 },
  async () => {
    await using server = await startSshd();
    await using session = await open(server);
    const controller = new AbortController();
    const reason = new Error("enough");
    const uploading = session.upload(
      [{ path: "big", content: Buffer.alloc(50_000_000) }],
      "up",
      controller.signal,
    );
    setTimeout(() => controller.abort(reason), 30);
    await expect(uploading).rejects.toBe(reason);
    expect((await session.exec("echo on")).stdout).toBe("on\n");
  },
);

test(
  "a port where nothing listens, or something else does, is unreachable",
  { timeout: 60_000 },
  async () => {
    const { privateKey, publicKey } = await generateSshKeyPair();
    const silent = createServer(() => {});
    const web = createServer((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"));
    const ports = await Promise.all([silent, web].map(listen));
    onTestFinished(() => void [silent, web].map((server) => server.close()));
    const endpoint = { host: "127.0.0.1", username: "nobody", hostKeys: [publicKey], home: null };
    for (const port of [1, ...ports]) {
      const error = await connect({ ...endpoint, port }, { privateKey, connectTimeoutMs: 1_000 }).catch(
        (reason: unknown) => reason,
      );
      expect(error).toMatchObject({ code: "unreachable", retryable: true, port });
    }
  },
);

test("connecting ends when it is aborted", { timeout: 60_000 }, async () => {
  const { privateKey, publicKey } = await generateSshKeyPair();
  const silent = createServer(() => {});
  const port = await listen(silent);
  onTestFinished(() => void silent.close());
  const reason = new Error("enough");
  const controller = new AbortController();
  const connecting = connect(
    { host: "127.0.0.1", port, username: "x", hostKeys: [publicKey], home: null },
    { privateKey, signal: controller.signal },
  );
  setTimeout(() => controller.abort(reason), 100);
  await expect(connecting).rejects.toBe(reason);
});

test("with several host keys the server shows the pinned one", { timeout: 60_000 }, async () => {
  for (const hostKeyType of ["ecdsa", "rsa"] as const) {
    await using server = await startSshd({ hostKeyType });
    await using session = await open(server);
    expect((await session.exec("echo in")).stdout).toBe("in\n");
  }
});

test("a machine that comes back with another host key is refused", { timeout: 60_000 }, async () => {
  const first = await startSshd();
  await first.stop();
  await using second = await startSshd({ port: first.port });
  await expect(open(second, { hostKeys: first.hostKeys })).rejects.toMatchObject({
    code: "host_key_mismatch",
    message: expect.stringContaining("pin the new key only if it matches") as string,
  });
});

test("start-up files that print do no harm", { timeout: 60_000 }, async () => {
  await using server = await startSshd();
  await using setUp = await open(server);
  await setUp.upload(
    [
      { path: ".bashrc", content: "echo noise; echo more noise >&2\n" },
      { path: "results/a", content: "whole" },
    ],
    ".",
  );
  await using session = await open(server, { home: null });
  expect((await session.exec("echo clean")).stdout).toBe("clean\n");
  expect((await session.shell().run("echo clean")).stdout).toBe("clean\n");
  const target = await mkdtemp(join(tmpdir(), "noise-"));
  onTestFinished(() => rm(target, { recursive: true, force: true }));
  expect((await session.download({ directory: "results", paths: ["a"], toDirectory: target })).files).toEqual(
    [{ path: "a", bytes: 5, truncated: false }],
  );
});

function listen(server: ReturnType<typeof createServer>): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve((server.address() as { port: number }).port));
  });
}

/** A network between client and server that can go wrong. */
async function startProxy(
  toPort: number,
): Promise<AsyncDisposable & { port: number; swallow(): void; cutAfter(bytes: number): void }> {
  const sockets = new Set<Socket>();
  let left = Number.POSITIVE_INFINITY;
  let swallowing = false;
  const server = createServer((client) => {
    const upstream = connectSocket(toPort, "127.0.0.1");
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(from);
      from.on("error", () => {});
      from.on("data", (data) => {
        if (swallowing) return;
        if (from === upstream) left -= data.length;
        if (left < 0) for (const socket of sockets) socket.destroy();
        else to.write(data);
      });
      from.on("close", () => (swallowing ? undefined : to.destroy()));
    }
  });
  const port = await listen(server);
  return {
    port,
    swallow: () => void (swallowing = true),
    cutAfter: (bytes) => void (left = bytes),
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
