import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { chmod, chown, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { tmpdir, userInfo } from "node:os";
import path from "node:path";
import { generate } from "selfsigned";
import { dovecotConfig } from "./config.ts";

export interface StartImapOptions {
  /** Whether the server says which folder holds drafts (RFC 6154); default true. */
  readonly specialUse?: boolean;
  /** Name of the folder for drafts; default `Drafts`. */
  readonly drafts?: string;
  /** false: neither TLS nor STARTTLS is offered; default true. */
  readonly tls?: boolean;
}

/** A message as it lies in the server's Maildir. */
export interface StoredMessage {
  readonly text: string;
  /** Letters of Maildir: D draft, S seen, F flagged … */
  readonly flags: string;
}

/** A running IMAP server with one account. */
export interface TestImap extends AsyncDisposable {
  readonly host: "127.0.0.1";
  /** TLS from the first byte. */
  readonly tlsPort: number;
  /** Plain, with STARTTLS. Dovecot takes a loopback connection for safe and lets it log in without. */
  readonly port: number;
  readonly username: string;
  readonly password: string;
  /** Certificate (PEM) to trust; it is for `localhost` and 127.0.0.1. */
  readonly ca: string;
  /** The messages of a folder, read from disk, the oldest first. */
  messages(mailbox: string): Promise<StoredMessage[]>;
  stop(): Promise<void>;
}

const PROGRAMS = ["/usr/sbin/dovecot", "/usr/local/sbin/dovecot", "/opt/homebrew/sbin/dovecot"];
const START_DEADLINE_MS = 20_000;
const START_ATTEMPTS = 5;

/**
 * Starts Dovecot's real IMAP server on loopback ports with everything in a temporary folder. It runs as the current user, and
 * as `nobody` where that is root, since Dovecot refuses to serve mail to root.
 *
 * @throws Error when dovecot is not installed or does not come up; the message holds its log
 */
export async function startImap(options: StartImapOptions = {}): Promise<TestImap> {
  const program = PROGRAMS.find((file) => existsSync(file));
  if (program === undefined) {
    throw new Error(
      `dovecot was found at none of ${PROGRAMS.join(", ")}: install dovecot-imapd (Debian, Ubuntu: apt install dovecot-imapd)`,
    );
  }
  const account = await accountToUse();
  const folder = await mkdtemp(path.join(tmpdir(), "test-imap-"));
  const file = (name: string): string => path.join(folder, name);
  const password = randomBytes(12).toString("hex");
  const certificate = await generate([{ name: "commonName", value: "localhost" }], {
    keySize: 2048,
    extensions: [
      { name: "basicConstraints", cA: true },
      {
        name: "subjectAltName",
        altNames: [
          { type: 2, value: "localhost" },
          { type: 7, ip: "127.0.0.1" },
        ],
      },
    ],
  });
  await writeFile(file("cert.pem"), certificate.cert);
  await writeFile(file("key.pem"), certificate.private, { mode: 0o600 });
  await writeFile(file("log"), "");
  for (const name of ["run", "state", "mail"]) await mkdir(file(name));
  await chmod(folder, 0o755);

  let server: ChildProcess | null = null;
  let ports = { port: 0, tlsPort: 0 };
  for (let attempt = 1; server === null; attempt++) {
    const [port, tlsPort] = await findFreePorts();
    ports = { port, tlsPort };
    await writeFile(
      file("dovecot.conf"),
      dovecotConfig({
        folder,
        ...ports,
        ...account,
        password,
        specialUse: options.specialUse ?? true,
        drafts: options.drafts ?? "Drafts",
        tls: options.tls ?? true,
      }),
    );
    if (userInfo().uid === 0) await give(folder, account.uid, account.gid);
    try {
      server = await startServer(program, file("dovecot.conf"), account, ports.port, file("log"));
    } catch (error) {
      if (attempt >= START_ATTEMPTS) {
        await rm(folder, { recursive: true, force: true });
        throw error;
      }
    }
  }
  const running = server;
  // Its own process group is not reached by Ctrl-C.
  const killAtExit = (): void => killGroup(running);
  process.once("exit", killAtExit);
  let stopped: Promise<void> | null = null;
  const stop = (): Promise<void> => {
    process.removeListener("exit", killAtExit);
    return (stopped ??= stopServer(running, folder));
  };
  return {
    host: "127.0.0.1",
    ...ports,
    username: "sam",
    password,
    ca: certificate.cert,
    messages: (mailbox) => readMaildir(file(`mail/sam/.${mailbox.replaceAll("/", ".")}`)),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

interface Account {
  readonly uid: number;
  readonly gid: number;
  readonly user: string;
  readonly group: string;
}

async function accountToUse(): Promise<Account> {
  const me = userInfo();
  const lines = async (name: string): Promise<string[][]> =>
    (await readFile(name, "utf8").catch(() => "")).split("\n").map((line) => line.split(":"));
  const groups = await lines("/etc/group");
  const groupOf = (gid: number): string =>
    groups.find((fields) => fields[2] === String(gid))?.[0] ?? String(gid);
  if (me.uid !== 0) return { uid: me.uid, gid: me.gid, user: me.username, group: groupOf(me.gid) };
  const nobody = (await lines("/etc/passwd")).find((fields) => fields[0] === "nobody");
  const [uid, gid] = [Number(nobody?.[2] ?? 65_534), Number(nobody?.[3] ?? 65_534)];
  return { uid, gid, user: "nobody", group: groupOf(gid) };
}

async function give(folder: string, uid: number, gid: number): Promise<void> {
  await chown(folder, uid, gid);
  for (const entry of await readdir(folder, { recursive: true }))
    await chown(path.join(folder, entry), uid, gid);
}

async function startServer(
  program: string,
  config: string,
  { uid, gid }: Account,
  port: number,
  log: string,
): Promise<ChildProcess> {
  const own = userInfo().uid === 0 ? { uid, gid } : {};
  const child = spawn(program, ["-F", "-c", config], {
    stdio: ["ignore", "ignore", "pipe"],
    cwd: "/",
    detached: true, // a process group of its own, which is ended whole
    ...own,
  });
  let printed = "";
  child.stderr.setEncoding("utf8");
  child.stderr.on("data", (text: string) => {
    if (printed.length < 10_000) printed += text;
  });
  const ends: string[] = [];
  child.once("error", (error) => ends.push(error.message));
  child.once("exit", (code, signal) => ends.push(signal ?? `status ${code}`));
  const deadline = Date.now() + START_DEADLINE_MS;
  while (ends.length === 0 && Date.now() < deadline) {
    if (await greets(port)) return child;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  killGroup(child);
  const logged = await readFile(log, "utf8").catch(() => "");
  throw new Error(
    `dovecot ${ends[0] === undefined ? `did not greet within ${START_DEADLINE_MS / 1000} s` : `ended at once (${ends[0]})`}. It printed: ${printed}${logged}`,
  );
}

/** Whether an IMAP server's greeting comes from this port. */
function greets(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: "127.0.0.1", port, timeout: 2_000 });
    const end = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.setEncoding("utf8");
    // The first line may say that the authentication process is still starting.
    socket.on("data", (text: string) => {
      if (text.includes("CAPABILITY")) end(true);
    });
    socket.once("error", () => end(false));
    socket.once("timeout", () => end(false));
    socket.once("close", () => end(false));
  });
}

async function readMaildir(folder: string): Promise<StoredMessage[]> {
  const found: (StoredMessage & { readonly name: string })[] = [];
  for (const part of ["new", "cur"]) {
    for (const name of await readdir(path.join(folder, part)).catch(() => [])) {
      const text = await readFile(path.join(folder, part, name), "utf8");
      found.push({ name, text, flags: name.split(":2,")[1] ?? "" });
    }
  }
  return found.toSorted((a, b) => (a.name < b.name ? -1 : 1)).map(({ text, flags }) => ({ text, flags }));
}

async function stopServer(server: ChildProcess, folder: string): Promise<void> {
  if (server.exitCode === null && server.signalCode === null) {
    const ended = new Promise((resolve) => server.once("exit", resolve));
    killGroup(server);
    await ended;
  }
  await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
}

/** Kills the master and all that it started; they share its process group. */
function killGroup(server: ChildProcess): void {
  if (server.pid === undefined) return;
  try {
    process.kill(-server.pid, "SIGKILL");
  } catch {
    server.kill("SIGKILL");
  }
}

async function findFreePorts(): Promise<[number, number]> {
  const probes = [createServer(), createServer()];
  const ports = await Promise.all(
    probes.map(
      (probe) =>
        new Promise<number>((resolve, reject) => {
          probe.once("error", reject);
          probe.listen(0, "127.0.0.1", () => {
            const address = probe.address();
            resolve(typeof address === "object" && address !== null ? address.port : 0);
          });
        }),
    ),
  );
  await Promise.all(probes.map((probe) => new Promise((resolve) => probe.close(resolve))));
  return [ports[0] ?? 0, ports[1] ?? 0];
}
