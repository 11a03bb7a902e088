import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { startFaultProxy, type FaultProxy } from "./fault-proxy.ts";

/** A server that says everything again, and a proxy before it. */
async function setUp(): Promise<{ proxy: FaultProxy; atServer: Socket[] }> {
  const atServer: Socket[] = [];
  const server = createServer((socket) => {
    atServer.push(socket);
    socket.on("error", () => {});
    socket.pipe(socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const proxy = await startFaultProxy({
    host: "127.0.0.1",
    port: (server.address() as { port: number }).port,
  });
  onTestFinished(async () => {
    await proxy.stop();
    server.close();
  });
  return { proxy, atServer };
}

interface Client {
  readonly socket: Socket;
  readonly said: () => string;
  readonly outcome: Promise<string>;
}

async function dial(proxy: FaultProxy): Promise<Client> {
  const socket = connect(proxy.port, proxy.host);
  let said = "";
  let ended = false;
  let failure = "";
  socket.on("data", (data) => (said += data.toString("latin1")));
  socket.on("end", () => (ended = true));
  socket.on("error", (error: NodeJS.ErrnoException) => (failure = error.code ?? "error"));
  const outcome = new Promise<string>((resolve) =>
    socket.on("close", () => resolve(failure || (ended ? "end" : "closed"))),
  );
  await Promise.race([once(socket, "connect"), outcome]).catch(() => {});
  return { socket, said: () => said, outcome };
}

test("passes both directions and both ends on, and counts", async () => {
  const { proxy } = await setUp();
  const client = await dial(proxy);
  client.socket.end("hello");
  expect(await client.outcome).toBe("end");
  expect(client.said()).toBe("hello");
  await expect.poll(() => proxy.counts.open).toBe(0);
  expect(proxy.counts).toMatchObject({ accepted: 1, passedBytes: 10, swallowedBytes: 0 });
});

test("passes many bytes on whole", async () => {
  const { proxy } = await setUp();
  const client = await dial(proxy);
  const block = Buffer.alloc(3_000_000, "0123456789");
  client.socket.end(block);
  expect(await client.outcome).toBe("end");
  expect(client.said() === block.toString("latin1")).toBe(true);
});

test.each([
  ["rst", "ECONNRESET"],
  ["fin", "end"],
] as const)("cuts one connection by %s, and leaves the other", async (how, outcome) => {
  const { proxy, atServer } = await setUp();
  const [one, other] = [await dial(proxy), await dial(proxy)];
  one.socket.write("a");
  other.socket.write("b");
  await expect.poll(() => one.said() + other.said()).toBe("ab");
  const serverSide = Promise.all(
    atServer.map((socket) => new Promise((resolve) => socket.once("close", resolve))),
  );
  proxy.connections[0]?.cut(how);
  expect(await one.outcome).toBe(outcome);
  other.socket.write("c");
  await expect.poll(() => other.said()).toBe("bc");
  expect(proxy.cut(how)).toBe(1);
  await serverSide;
  expect(proxy.counts).toMatchObject({ open: 0, [how === "rst" ? "reset" : "finished"]: 2 });
});

test("a black hole swallows both directions and keeps the connection; new ones too", async () => {
  const { proxy } = await setUp();
  const client = await dial(proxy);
  client.socket.write("before");
  await expect.poll(() => client.said()).toBe("before");
  proxy.setFault({ kind: "black_hole" });
  const late = await dial(proxy);
  client.socket.write("lost");
  late.socket.write("lost too");
  await expect.poll(() => proxy.counts.swallowedBytes).toBe(12);
  expect(proxy.counts.open).toBe(2);
  proxy.setFault({ kind: "none" });
  client.socket.write("after");
  await expect.poll(() => client.said()).toBe("beforeafter");
});

test("a stall loses nothing", async () => {
  const { proxy } = await setUp();
  const client = await dial(proxy);
  proxy.setFault({ kind: "stall" });
  client.socket.write("waited");
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(client.said()).toBe("");
  proxy.setFault({ kind: "none" });
  await expect.poll(() => client.said()).toBe("waited");
});

test("slow passes so many bytes a second, late, in order, and whole", async () => {
  const { proxy } = await setUp();
  const client = await dial(proxy);
  proxy.setFault({ kind: "slow", bytesPerSecond: 40_000, latencyMs: 50 });
  const began = performance.now();
  const block = Buffer.alloc(20_000, "0123456789").toString("latin1");
  client.socket.end(block);
  await client.outcome;
  expect(client.said()).toBe(block);
  // Half a second at this rate; being slower still is no fault of the proxy.
  expect(performance.now() - began).toBeGreaterThan(400);
});

test("half-open accepts and never answers", async () => {
  const { proxy, atServer } = await setUp();
  proxy.setFaultOfNew({ kind: "half_open" });
  const client = await dial(proxy);
  client.socket.write("anybody?");
  await expect.poll(() => proxy.counts.swallowedBytes).toBe(8);
  expect(atServer).toHaveLength(0);
  expect(proxy.cut()).toBe(1);
  expect(await client.outcome).toBe("ECONNRESET");
});

test("refuses, and takes again", async () => {
  const { proxy } = await setUp();
  proxy.setFaultOfNew({ kind: "refuse" });
  expect(await (await dial(proxy)).outcome).toMatch(/ECONNRESET|closed|end/);
  expect(proxy.counts).toMatchObject({ refused: 1, open: 0 });
  proxy.setFaultOfNew({ kind: "none" });
  const client = await dial(proxy);
  client.socket.write("in");
  await expect.poll(() => client.said()).toBe("in");
});

test("cuts in the middle of an answer", async () => {
  const { proxy } = await setUp();
  proxy.cutAfter(100_000);
  const client = await dial(proxy);
  client.socket.write(Buffer.alloc(2_000_000));
  expect(await client.outcome).toBe("ECONNRESET");
  expect(client.said().length).toBeLessThan(2_000_000);
});

test("a server that is not there ends the client's connection", async () => {
  await using proxy = await startFaultProxy({ host: "127.0.0.1", port: 1 });
  expect(await (await dial(proxy)).outcome).toBe("ECONNRESET");
});
