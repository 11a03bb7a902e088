import { connect, createServer, type Server, type Socket } from "node:net";
import type { Fault } from "./fault.ts";
import { Pipe } from "./pipe.ts";

export interface StartFaultProxyOptions {
  /** Where connections go. */
  readonly host: string;
  readonly port: number;
  /** The fault that connections begin with; default `{ kind: "none" }`. */
  readonly fault?: Fault;
}

/** What has happened since the start. */
export interface FaultCounts {
  /** Connections that clients opened, refused ones included. */
  readonly accepted: number;
  readonly open: number;
  readonly refused: number;
  readonly reset: number;
  readonly finished: number;
  /** Bytes passed on, both directions together. */
  readonly passedBytes: number;
  readonly swallowedBytes: number;
}

/** One connection through the proxy. */
export interface FaultConnection {
  /** 1 for the first, and so on. */
  readonly number: number;
  readonly open: boolean;
  setFault(fault: Fault): void;
  /** `rst` (default): both sides see a reset. `fin`: both see a clean end, even in the middle of a message. */
  cut(how?: "rst" | "fin"): void;
}

/** A network between a client and a server that goes wrong when a test says so. */
export interface FaultProxy extends AsyncDisposable {
  readonly host: "127.0.0.1";
  readonly port: number;
  /** The open connections, oldest first. */
  readonly connections: readonly FaultConnection[];
  /** For every open connection and every new one. */
  setFault(fault: Fault): void;
  /** For new connections only. */
  setFaultOfNew(fault: Fault): void;
  /** Cuts every open connection; returns how many. */
  cut(how?: "rst" | "fin"): number;
  /** Cuts each connection, from now on, once this many bytes more came from the server over it; null: never. */
  cutAfter(bytesFromServer: number | null): void;
  /** Sends new connections elsewhere: a machine that came back on another port. */
  setTarget(target: { readonly host: string; readonly port: number }): void;
  readonly counts: FaultCounts;
  stop(): Promise<void>;
}

/**
 * Starts a TCP proxy on a loopback port.
 *
 * @throws Error when no port can be had.
 */
export async function startFaultProxy(options: StartFaultProxyOptions): Promise<FaultProxy> {
  let target: { readonly host: string; readonly port: number } = options;
  let newFault: Fault = options.fault ?? { kind: "none" };
  let cutAfter: number | null = null;
  const open = new Set<Connection>();
  const counts = { accepted: 0, refused: 0, reset: 0, finished: 0, passedBytes: 0, swallowedBytes: 0 };

  const server = createServer({ allowHalfOpen: true }, (client) => {
    counts.accepted++;
    client.on("error", () => {});
    if (newFault.kind === "refuse") {
      counts.refused++;
      client.resetAndDestroy();
      return;
    }
    const connection = new Connection(counts.accepted, client, target, newFault, {
      passed: (bytes) => void (counts.passedBytes += bytes),
      swallowed: (bytes) => void (counts.swallowedBytes += bytes),
      cut: (how) => void (how === "rst" ? counts.reset++ : counts.finished++),
      closed: () => void open.delete(connection),
    });
    connection.cutAfter = cutAfter;
    open.add(connection);
  });
  const port = await listen(server);

  const cut = (how: "rst" | "fin" = "rst"): number => {
    const all = [...open];
    for (const connection of all) connection.cut(how);
    return all.length;
  };
  let stopped: Promise<void> | null = null;
  const stop = (): Promise<void> =>
    (stopped ??= new Promise((resolve) => {
      server.close(() => resolve());
      cut();
    }));
  return {
    host: "127.0.0.1",
    port,
    get connections() {
      return [...open];
    },
    setFault: (fault) => {
      newFault = fault;
      for (const connection of open) connection.setFault(fault);
    },
    setFaultOfNew: (fault) => void (newFault = fault),
    cut,
    cutAfter: (bytes) => {
      cutAfter = bytes;
      for (const connection of open) connection.cutAfter = bytes;
    },
    setTarget: (next) => void (target = next),
    get counts() {
      return { ...counts, open: open.size };
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

interface Watcher {
  passed(bytes: number): void;
  swallowed(bytes: number): void;
  cut(how: "rst" | "fin"): void;
  closed(): void;
}

class Connection implements FaultConnection {
  readonly number: number;
  cutAfter: number | null = null;
  readonly #client: Socket;
  readonly #upstream: Socket | null;
  readonly #pipes: readonly Pipe[];
  readonly #watcher: Watcher;
  #open = true;

  constructor(
    number: number,
    client: Socket,
    target: { readonly host: string; readonly port: number },
    fault: Fault,
    watcher: Watcher,
  ) {
    this.number = number;
    this.#client = client;
    this.#watcher = watcher;
    client.setNoDelay(true);
    client.on("close", () => this.#onClose());
    if (fault.kind === "half_open") {
      client.on("data", (data) => watcher.swallowed(data.length));
      // Whoever gives up is let go.
      client.on("end", () => client.end());
      this.#upstream = null;
      this.#pipes = [];
      return;
    }
    const upstream = connect({ ...target, allowHalfOpen: true, noDelay: true });
    upstream.on("error", () => client.resetAndDestroy());
    upstream.on("close", () => this.#onClose());
    this.#upstream = upstream;
    this.#pipes = [
      new Pipe(client, upstream, (passed, swallowed) => {
        watcher.passed(passed);
        watcher.swallowed(swallowed);
      }),
      new Pipe(upstream, client, (passed, swallowed) => {
        watcher.passed(passed);
        watcher.swallowed(swallowed);
        if (this.cutAfter === null || passed === 0) return;
        this.cutAfter -= passed;
        if (this.cutAfter < 0) this.cut("rst");
      }),
    ];
    this.setFault(fault);
  }

  get open(): boolean {
    return this.#open;
  }

  setFault(fault: Fault): void {
    for (const pipe of this.#pipes) pipe.fault = fault;
  }

  cut(how: "rst" | "fin" = "rst"): void {
    if (!this.#open) return;
    this.#watcher.cut(how);
    this.#finish();
    for (const socket of [this.#client, this.#upstream]) {
      if (how === "rst") socket?.resetAndDestroy();
      else socket?.destroySoon();
    }
  }

  /** One side is gone: with both ends passed on already there is nothing left to pass. */
  #onClose(): void {
    if (!this.#open) return;
    const both = [this.#client, this.#upstream];
    if (both.every((socket) => socket === null || socket.destroyed)) this.#finish();
    else if (both.some((socket) => socket?.destroyed && socket.errored !== null)) {
      this.#finish();
      for (const socket of both) socket?.resetAndDestroy();
    }
  }

  #finish(): void {
    this.#open = false;
    for (const pipe of this.#pipes) pipe.close();
    this.#watcher.closed();
  }
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      if (typeof address === "object" && address !== null) resolve(address.port);
      else reject(new Error("the proxy got no port"));
    });
  });
}
