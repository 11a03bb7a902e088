import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync } from "node:fs";
import { appendFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir, userInfo } from "node:os";
import path from "node:path";
import { generateSshKeyPair } from "./key-pair.ts";
import { findByEnvironment, findDescendants, signalAll } from "./processes.ts";

export interface StartSshdOptions {
  /** Type of the server's host key; default `ed25519`. */
  readonly hostKeyType?: "ed25519" | "ecdsa" | "rsa";
  /** Host key to show instead of a new one (OpenSSH private key text): a machine that comes back. */
  readonly hostKey?: { readonly privateKey: string; readonly publicKey: string };
  /** Port to listen on; default a free one. */
  readonly port?: number;
  /** Folder to use as the machine's home; it must exist, and `stop` leaves it. Default: a new one, which goes with the server. */
  readonly home?: string;
  /** More lines for `sshd_config`; for the first value of a keyword wins, they go first. */
  readonly config?: readonly string[];
}

/** A running OpenSSH server. Everything that its sessions started ends with it, detached jobs too. */
export interface TestSshd extends AsyncDisposable {
  readonly host: "127.0.0.1";
  readonly port: number;
  /** The user that runs the test: an sshd that is not root logs in nobody else. */
  readonly username: string;
  /** `ssh-ed25519 AAAA…`; one entry. */
  readonly hostKeys: readonly string[];
  /** Private key that logs in. */
  readonly privateKey: string;
  /** Folder that is the machine's home, so that no test touches the real one; empty at first. */
  readonly home: string;
  /** Adds a public key (`ssh-ed25519 AAAA…`) to those that log in. */
  authorizeKey(publicKey: string): Promise<void>;
  /** SIGKILLs every open connection's server process; the listener goes on. Resolves with how many processes there were. */
  killConnections(): Promise<number>;
  /** Ends the server and all that its sessions started, and removes its folder. Safe to call again. */
  stop(): Promise<void>;
}

const SSHD_PATHS = ["/usr/sbin/sshd", "/usr/local/sbin/sshd", "/opt/homebrew/sbin/sshd"];
const START_DEADLINE_MS = 20_000;
const START_ATTEMPTS = 5;

/**
 * Starts OpenSSH's real sshd as the current user (root or not) on a loopback port, with its own host key,
 * authorized keys and configuration in a temporary folder. Call it several times for several machines.
 *
 * @throws Error when sshd is not installed or does not come up; the message holds what it printed.
 */
export async function startSshd(options: StartSshdOptions = {}): Promise<TestSshd> {
  const program = SSHD_PATHS.find((file) => existsSync(file));
  if (program === undefined) {
    throw new Error(
      `sshd was found at none of ${SSHD_PATHS.join(", ")}: install openssh-server (Debian, Ubuntu: apt install openssh-server)`,
    );
  }
  const user = userInfo();
  // As root, sshd locks its unprivileged half into this folder and refuses to start without it.
  if (user.uid === 0) mkdirSync("/run/sshd", { recursive: true, mode: 0o755 });

  const folder = await mkdtemp(path.join(tmpdir(), "test-sshd-"));
  const file = (name: string): string => path.join(folder, name);
  const home = options.home ?? file("home");
  const [hostKey, login] = await Promise.all([
    options.hostKey ?? generateSshKeyPair(options.hostKeyType),
    generateSshKeyPair(),
  ]);
  if (options.home === undefined) await mkdir(home);
  await writeFile(file("host_key"), hostKey.privateKey, { mode: 0o600 });
  await writeFile(file("authorized_keys"), `${login.publicKey}\n`, { mode: 0o600 });

  // Every process of a session carries this, however far it detaches itself: so `stop` finds it.
  const mark = `TEST_SSHD_ID=${randomUUID()}`;
  let listener: ChildProcess | null = null;
  let port = 0;
  for (let attempt = 1; listener === null; attempt++) {
    port = options.port ?? (await findFreePort());
    const lines = [
      ...(options.config ?? []),
      `ListenAddress 127.0.0.1:${port}`,
      `HostKey ${file("host_key")}`,
      `AuthorizedKeysFile ${file("authorized_keys")}`,
      `PidFile ${file("sshd.pid")}`,
      // HOME: so that no start-up file of the real user is read, and no test writes there.
      `SetEnv ${mark} HOME=${home}`,
      "LogLevel INFO",
      "MaxStartups 200",
      "PasswordAuthentication no",
      "KbdInteractiveAuthentication no",
      "PermitRootLogin prohibit-password",
      "PrintMotd no",
      "StrictModes no",
      "UseDNS no",
      "UsePAM no",
    ];
    await writeFile(file("sshd_config"), `${lines.join("\n")}\n`);
    try {
      listener = await startListener(program, file("sshd_config"));
    } catch (error) {
      if (attempt >= START_ATTEMPTS || options.port !== undefined) {
        await rm(folder, { recursive: true, force: true });
        throw error;
      }
    }
  }
  const server = listener;

  let stopped: Promise<void> | null = null;
  const stop = (): Promise<void> => (stopped ??= stopServer(server, mark, folder));
  return {
    host: "127.0.0.1",
    port,
    username: user.username,
    hostKeys: [hostKey.publicKey],
    privateKey: login.privateKey,
    home,
    authorizeKey: (publicKey) => appendFile(file("authorized_keys"), `${publicKey.trim()}\n`),
    killConnections: async () => {
      const pids = await findDescendants(server.pid === undefined ? [] : [server.pid]);
      // Only sshd's own processes; what a session started must live on, as it does when a network breaks.
      const marked = new Set(await findByEnvironment(mark));
      const connections = pids.filter((pid) => !marked.has(pid));
      signalAll(connections, "SIGKILL");
      return connections.length;
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

function startListener(program: string, config: string): Promise<ChildProcess> {
  // -D: in the foreground, -e: log to standard error.
  const child = spawn(program, ["-D", "-e", "-f", config], { stdio: ["ignore", "ignore", "pipe"] });
  return new Promise((resolve, reject) => {
    let log = "";
    const timer = setTimeout(() => {
      child.kill("SIGKILL");
      reject(new Error(`sshd did not listen within ${START_DEADLINE_MS / 1000} s. It printed: ${log}`));
    }, START_DEADLINE_MS);
    child.stderr.setEncoding("utf8");
    child.stderr.on("data", (text: string) => {
      if (log.length < 10_000) log += text;
      if (/Server listening on/.test(log)) {
        clearTimeout(timer);
        resolve(child);
      }
    });
    child.once("error", (error) => {
      clearTimeout(timer);
      reject(error);
    });
    child.once("exit", (code, signal) => {
      clearTimeout(timer);
      reject(new Error(`sshd ended at once (${signal ?? `status ${code}`}). It printed: ${log}`));
    });
  });
}

async function stopServer(server: ChildProcess, mark: string, folder: string): Promise<void> {
  const connections = await findDescendants(server.pid === undefined ? [] : [server.pid]);
  if (server.exitCode === null && server.signalCode === null) {
    const ended = new Promise((resolve) => server.once("exit", resolve));
    server.kill("SIGKILL");
    await ended;
  }
  signalAll(connections, "SIGKILL");
  // A process may fork while it is being looked for: look until there is none.
  for (let round = 0; round < 100; round++) {
    const left = await findByEnvironment(mark);
    if (left.length === 0) break;
    signalAll(left, "SIGKILL");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
}

function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}
