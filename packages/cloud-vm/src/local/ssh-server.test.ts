import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, readFile, realpath, rm } from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import ssh2, { type Client, type ClientChannel } from "ssh2";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { connectHost, type HostConnection } from "../hosts/host-connection.ts";
import { generateSshKeyPair } from "../keys.ts";
import type { Machine, SshEndpoint } from "../machine.ts";
import type { MachineProvider } from "../provider.ts";
import { findProcesses } from "./find-processes.ts";
import { localProvider } from "./local-provider.ts";

const key = generateSshKeyPair("test");
let directory: string;
let provider: MachineProvider;
let machine: Machine;
let connection: HostConnection;

beforeAll(async () => {
  directory = await realpath(await mkdtemp(join(tmpdir(), "cloud-vm-server-")));
  vi.stubEnv("ORCHESTRATOR_SECRET", "must not be seen");
  provider = localProvider({ directory });
  machine = await provider.create({ name: "server-test", tags: {}, authorizedKey: key.publicKey });
  connection = await connectHost(endpoint(), { privateKey: key.privateKey });
});
afterAll(async () => {
  await connection[Symbol.asyncDispose]();
  await provider.destroy("server-test");
  await rm(directory, { recursive: true, force: true });
  vi.unstubAllEnvs();
});

function endpoint(): SshEndpoint {
  if (machine.ssh === null) throw new Error("the machine is not running");
  return machine.ssh;
}

/** A plain ssh2 client, for what the connection helper does not do. */
async function openClient(): Promise<Client & AsyncDisposable> {
  const client = new ssh2.Client();
  const { host, port, username } = endpoint();
  await new Promise<void>((resolve, reject) => {
    client.once("ready", resolve).once("error", reject);
    client.connect({ host, port, username, privateKey: key.privateKey });
  });
  return Object.assign(client, {
    [Symbol.asyncDispose]: async () => {
      client.end();
    },
  });
}

function execOn(client: Client, command: string, options: object = {}): Promise<ClientChannel> {
  return new Promise((resolve, reject) => {
    client.exec(command, options, (error, channel) =>
      error === undefined ? resolve(channel) : reject(error),
    );
  });
}

/** Everything that the channel says until it closes. */
async function drain(
  channel: ClientChannel,
): Promise<{ code: number | null; signal: string | null; output: string }> {
  let output = "";
  let exit: [number | null, string | null] = [null, null];
  channel.on("data", (data: Buffer) => (output += data.toString()));
  channel.stderr.on("data", (data: Buffer) => (output += data.toString()));
  channel.on("exit", (code: number | null, signal?: string) => (exit = [code, signal ?? null]));
  await new Promise((resolve) => channel.once("close", resolve));
  return { code: exit[0], signal: exit[1], output };
}

const firstData = (channel: ClientChannel): Promise<string> =>
  new Promise((resolve) => channel.once("data", (data: Buffer) => resolve(data.toString())));

describe("a command on a local machine", () => {
  it("gives its outputs apart, and its exit status", async () => {
    expect(await connection.run("echo out; echo err >&2; exit 7")).toEqual({
      exitCode: 7,
      signal: null,
      stdout: "out\n",
      stderr: "err\n",
    });
  });

  it("gives the signal that ended it", async () => {
    expect(await connection.run("kill -KILL $$")).toMatchObject({ exitCode: null, signal: "SIGKILL" });
  });

  it("has a small environment of its own, and nothing of the orchestrator's", async () => {
    const { stdout } = await connection.run("env");
    const lines = stdout.trim().split("\n");
    const names = lines.map((line) => line.slice(0, line.indexOf("=")));
    const allowed =
      "HOME LANG LOGNAME OLDPWD PATH PWD SHELL SHLVL TMPDIR UNIVERSE_MACHINE UNIVERSE_MACHINE_ID USER _".split(
        " ",
      );
    expect(names.filter((name) => !allowed.includes(name))).toEqual([]);
    const home = join(directory, "server-test", "home");
    expect(lines).toContain(`HOME=${home}`);
    expect(lines).toContain(`TMPDIR=${join(home, "tmp")}`);
    expect(lines).toContain("UNIVERSE_MACHINE=server-test");
    expect(
      (await connection.run("command -v node; pwd; umask; test -w $TMPDIR; echo $?")).stdout.split("\n")[0],
    ).toBe(join(process.execPath));
  });

  it("keeps variables of the client out", async () => {
    await using client = await openClient();
    const channel = await execOn(client, "echo [$LD_PRELOAD] [$INJECTED]", {
      env: { INJECTED: "x", LD_PRELOAD: "/x" },
    });
    expect((await drain(channel)).output).toBe("[] []\n");
  });

  it("streams binary data both ways", async () => {
    await using client = await openClient();
    const data = randomBytes(9 * 1024 * 1024);
    const channel = await execOn(client, "cat");
    const hash = createHash("sha256");
    channel.on("data", (chunk: Buffer) => hash.update(chunk));
    const closed = new Promise((resolve) => channel.once("close", resolve));
    channel.end(data);
    await closed;
    expect(hash.digest("hex")).toBe(createHash("sha256").update(data).digest("hex"));
  });

  it("neither loses nor repeats anything when both outputs have to wait for the reader", async () => {
    for (let round = 0; round < 20; round++) {
      const { stdout, stderr, exitCode } = await connection.run(
        "head -c 5000000 /dev/zero | tr '\\0' o; head -c 5000000 /dev/zero | tr '\\0' e >&2",
        { maxOutputBytes: 6_000_000 },
      );
      expect([exitCode, stdout.length, stderr.length]).toEqual([0, 5_000_000, 5_000_000]);
    }
  });

  it("waits for a reader instead of keeping the output in memory", async () => {
    await using client = await openClient();
    const channel = await execOn(client, "head -c 40000000 /dev/zero; echo written > written");
    channel.pause();
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect((await connection.run("test -e written; echo $?")).stdout).toBe("1\n");
    const closed = new Promise((resolve) => channel.once("close", resolve));
    let size = 0;
    channel.on("data", (chunk: Buffer) => (size += chunk.length));
    channel.resume();
    await closed;
    expect(size).toBe(40_000_000);
  });

  it("goes on when its channel is closed, until it writes", async () => {
    await using client = await openClient();
    const quiet = await execOn(client, "echo started; sleep 0.3; echo done > quiet");
    await firstData(quiet);
    quiet.close();
    const loud = await execOn(
      client,
      "echo started; while echo more; do sleep 0.05; done; echo impossible > loud",
    );
    await firstData(loud);
    loud.close();
    client.end();
    await vi.waitFor(async () => expect((await connection.run("cat quiet")).stdout).toBe("done\n"), 10_000);
    await vi.waitFor(
      async () =>
        expect((await connection.run("ps -eo args | grep -c '[e]cho impossible'")).stdout).toBe("0\n"),
      10_000,
    );
    expect((await connection.run("test -e loud; echo $?")).stdout).toBe("1\n");
  });

  it("keeps the channel open while a child holds its output, as OpenSSH does", async () => {
    const { stdout } = await connection.run("(sleep 0.3; echo late) & echo early");
    expect(stdout).toBe("early\nlate\n");
  });

  it("gets signals of the client with its whole process group", async () => {
    await using client = await openClient();
    const channel = await execOn(client, "trap 'echo caught; exit 5' TERM; echo ready; sleep 60 & wait");
    const ended = drain(channel);
    await firstData(channel);
    channel.signal("TERM");
    expect(await ended).toMatchObject({ code: 5, output: "ready\ncaught\n" });
  });

  it("reports a status when the program cannot be started", async () => {
    expect(await connection.run("no-such-program")).toMatchObject({ exitCode: 127 });
  });
});

describe("a terminal on a local machine", () => {
  it("is a terminal of the right size that follows the window", async () => {
    await using client = await openClient();
    const channel = await new Promise<ClientChannel>((resolve, reject) => {
      client.shell({ rows: 33, cols: 101, term: "xterm" }, (error, opened) =>
        error === undefined ? resolve(opened) : reject(error),
      );
    });
    let seen = "";
    channel.on("data", (data: Buffer) => (seen += data.toString()));
    const ended = drain(channel);
    channel.write("stty size; echo term=$TERM\n");
    await vi.waitFor(() => expect(seen).toMatch(/33 101\r\nterm=xterm\r\n/), 10_000);
    expect(seen).toContain("isolates nothing");
    channel.setWindow(44, 122, 0, 0);
    await vi.waitFor(() => {
      channel.write("stty size\n");
      expect(seen).toMatch(/44 122/);
    }, 10_000);
    channel.write("exit 3\n");
    expect((await ended).code).toBe(3);
  });

  it("runs a command with a terminal, and ends it when the client goes away", async () => {
    await using client = await openClient();
    const channel = await execOn(client, "tty; sleep 765432", { pty: true });
    expect(await firstData(channel)).toContain("/dev/pts/");
    channel.close();
    await vi.waitFor(
      async () => expect((await connection.run("ps -eo args | grep -c '[s]leep 765432'")).stdout).toBe("0\n"),
      10_000,
    );
  });

  it("reads a shell's commands from its input when there is no terminal", async () => {
    await using client = await openClient();
    const channel = await new Promise<ClientChannel>((resolve, reject) => {
      client.shell(false, (error, opened) => (error === undefined ? resolve(opened) : reject(error)));
    });
    channel.end("echo from input; exit 4\n");
    expect(await drain(channel)).toEqual({ code: 4, signal: null, output: "from input\n" });
  });
});

describe("the SSH server of a local machine", () => {
  it("refuses forwarding and SFTP", async () => {
    await using client = await openClient();
    const forwarded = new Promise((resolve) =>
      client.forwardOut("127.0.0.1", 1, "127.0.0.1", endpoint().port, resolve),
    );
    expect(await forwarded).toBeInstanceOf(Error);
    expect(await new Promise((resolve) => client.forwardIn("127.0.0.1", 0, resolve))).toBeInstanceOf(Error);
    expect(await new Promise((resolve) => client.sftp(resolve))).toBeInstanceOf(Error);
  });

  it("refuses other users, passwords, and a signature that is not the key's", async () => {
    const { host, port, username } = endpoint();
    const attempt = (options: object): Promise<unknown> =>
      new Promise((resolve) => {
        const client = new ssh2.Client();
        client.once("ready", () => resolve("let in")).once("error", resolve);
        client.connect({ host, port, username, ...options });
      }).finally(() => {});
    const forged = ssh2.utils.parseKey(generateSshKeyPair("forger").privateKey);
    const genuine = ssh2.utils.parseKey(key.publicKey);
    if (forged instanceof Error || genuine instanceof Error) throw new Error("a test's key cannot be parsed");
    const refused = expect.objectContaining({ level: "client-authentication" });
    expect(await attempt({ username: `${username}x`, privateKey: key.privateKey })).toEqual(refused);
    expect(await attempt({ password: "guess" })).toEqual(refused);
    // The authorized public key with somebody else's signatures, or with bytes that are none.
    for (const sign of [
      (data: Buffer) => forged.sign(data),
      () => Buffer.alloc(64),
      () => Buffer.from("short"),
    ]) {
      const agent = {
        getIdentities: (callback: (error: null, keys: unknown[]) => void) => callback(null, [genuine]),
        sign: (
          _key: unknown,
          data: Buffer,
          _options: unknown,
          callback: (error: null, signature: unknown) => void,
        ) => callback(null, sign(data)),
      };
      Object.setPrototypeOf(agent, ssh2.BaseAgent.prototype);
      expect(await attempt({ agent })).toEqual(refused);
    }
  });

  it("has a host key file for its user only", async () => {
    const { mode } = await (
      await import("node:fs/promises")
    ).stat(join(directory, "server-test", "host_key"));
    expect(mode & 0o777).toBe(0o600);
    expect(endpoint().username).toBe(userInfo().username);
  });

  it("survives clients that speak no SSH", async () => {
    const { connect } = await import("node:net");
    for (const text of [
      "GET / HTTP/1.1\r\n\r\n",
      "\0".repeat(10_000),
      "SSH-2.0-x\r\n" + "x".repeat(40_000),
    ]) {
      await new Promise<void>((resolve) => {
        const socket = connect(endpoint().port, "127.0.0.1", () => socket.write(text));
        socket.on("error", () => {}).on("close", () => resolve());
        socket.on("data", () => {});
        setTimeout(() => socket.destroy(), 200);
      });
    }
    expect((await connection.run("echo well")).stdout).toBe("well\n");
    const log = await readFile(join(directory, "server-test", "server.log"), "utf8");
    expect(log).not.toContain("rror");
  });

  it("is found by its marks only", async () => {
    expect(await findProcesses([["UNIVERSE_MACHINE=server-tes"]])).toEqual([]);
    expect(await findProcesses([["UNIVERSE_MACHINE=server-test", "UNIVERSE_MACHINE_ID=other"]])).toEqual([]);
  });
});
