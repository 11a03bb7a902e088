import { connect as connectSocket, type Socket } from "node:net";
import ssh2, {
  type CipherAlgorithm,
  type Client,
  type ClientChannel,
  type KexAlgorithm,
  type PublicKeyAuthMethod,
} from "ssh2";
import { SessionError } from "../errors.ts";
import type { ConnectOptions, SessionEndpoint } from "../session.ts";
import { coalesceWrites } from "./coalesce-writes.ts";
import { fingerprint, orderKeyAlgorithms, readPinnedKeys } from "./host-key.ts";
import { prepareCipherKeys } from "./prepare-cipher-keys.ts";
import { readPrivateKey } from "./private-key.ts";
import { Slots } from "../slots.ts";

/** Channels at a time; the two that are left of OpenSSH's ten end what overran its deadline. */
const MAX_CHANNELS = 8;
const UNANSWERED_KEEP_ALIVES = 3;
const CLOSE_DEADLINE_MS = 2_000;
/** The fastest first: OpenSSH's post-quantum default costs six times the CPU a connection. */
const KEY_EXCHANGES = [
  "curve25519-sha256",
  "curve25519-sha256@libssh.org",
  "ecdh-sha2-nistp256",
  "ecdh-sha2-nistp384",
  "ecdh-sha2-nistp521",
  "diffie-hellman-group14-sha256",
];
const CIPHERS = [
  "aes128-gcm@openssh.com",
  "aes256-gcm@openssh.com",
  "aes128-ctr",
  "aes256-ctr",
  "chacha20-poly1305@openssh.com",
];

/** An authenticated SSH connection, and the news of its loss. */
export class Connection {
  readonly host: string;
  readonly port: number;
  readonly slots: Slots = new Slots(MAX_CHANNELS);
  readonly #client: Client;
  readonly #socket: Socket;
  readonly #lost = new AbortController();
  readonly #closed: Promise<void>;
  #closing = false;

  constructor(client: Client, socket: Socket, endpoint: SessionEndpoint) {
    this.host = endpoint.host;
    this.port = endpoint.port;
    this.#client = client;
    this.#socket = socket;
    let cause: unknown;
    client.on("error", (error) => {
      cause = error;
    });
    this.#closed = new Promise((resolve) => {
      client.once("close", () => {
        const message = this.#closing
          ? `The session with ${this.host} was closed. Open a new one.`
          : `The connection to ${this.host}:${this.port} was lost. Connect again; detached jobs go on.`;
        this.#lost.abort(this.error("connection_lost", message, cause));
        resolve();
      });
    });
  }

  get connected(): boolean {
    return !this.#lost.signal.aborted && !this.#closing;
  }

  /** Aborted when the connection ends; its reason is the `connection_lost` error. */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  /** A SessionError with this machine's host and port. */
  error(code: SessionError["code"], message: string, cause?: unknown): SessionError {
    return new SessionError(code, message, {
      host: this.host,
      port: this.port,
      ...(cause === undefined ? {} : { cause }),
    });
  }

  /**
   * Opens a channel on which the login shell runs a command line. `onOpen` gets it within the same turn: a short
   * command's exit status may be in the very packet that opens the channel.
   */
  openChannel(commandLine: string, onOpen: (channel: ClientChannel) => void): Promise<void> {
    return new Promise((resolve, reject) => {
      const fail = (cause: unknown): void => {
        if (this.#lost.signal.aborted) reject(this.#lost.signal.reason as SessionError);
        else if (this.#closing)
          reject(this.error("connection_lost", `The session with ${this.host} was closed. Open a new one.`));
        else
          reject(
            this.error(
              "unreachable",
              `${this.host} opens no further channel (sshd's MaxSessions, or too many processes). Try again.`,
              cause,
            ),
          );
      };
      try {
        this.#client.exec(commandLine, (error, channel) => {
          if (error) return fail(error);
          onOpen(channel);
          resolve();
        });
      } catch (error) {
        fail(error);
      }
    });
  }

  async close(): Promise<void> {
    if (!this.#closing) {
      this.#closing = true;
      this.#client.end();
    }
    // A peer that is gone never answers the farewell.
    const timer = setTimeout(() => this.#socket.destroy(), CLOSE_DEADLINE_MS);
    await this.#closed;
    clearTimeout(timer);
  }
}

/** Connects, checks the host key, logs in. */
export async function openConnection(
  endpoint: SessionEndpoint,
  options: ConnectOptions,
): Promise<Connection> {
  const { host, port } = endpoint;
  const pinned = readPinnedKeys(endpoint.hostKeys);
  const timeoutMs = options.connectTimeoutMs ?? 20_000;
  options.signal?.throwIfAborted();
  const facts = { host, port };
  const key = readPrivateKey(options.privateKey, facts);

  const socket = connectSocket({ host, port });
  // Without it every small message waits for the answer to the one before (Nagle): a poll takes 40 ms more.
  socket.setNoDelay(true);
  coalesceWrites(socket);
  const client = new ssh2.Client();
  let presented: Buffer | null = null;
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    socket.destroy();
  }, timeoutMs);
  const abort = (): void => void socket.destroy();
  options.signal?.addEventListener("abort", abort, { once: true });
  try {
    await waitForSocket(socket);
    const login: PublicKeyAuthMethod = { type: "publickey", username: endpoint.username, key };
    await logIn(client, {
      sock: socket,
      username: endpoint.username,
      // Without `none` first, which ssh2 would try: it costs a round trip and some work of the server.
      authHandler: [login],
      readyTimeout: timeoutMs,
      keepaliveInterval: options.keepAliveMs ?? 10_000,
      keepaliveCountMax: UNANSWERED_KEEP_ALIVES,
      hostVerifier: (shown: Buffer) => {
        presented = shown;
        return pinned.some((one) => one.blob.equals(shown));
      },
      algorithms: {
        serverHostKey: orderKeyAlgorithms(pinned),
        kex: [...(options.algorithms?.keyExchange ?? KEY_EXCHANGES)] as KexAlgorithm[],
        cipher: [...(options.algorithms?.cipher ?? CIPHERS)] as CipherAlgorithm[],
      },
    });
    return new Connection(client, socket, endpoint);
  } catch (error) {
    socket.destroy();
    options.signal?.throwIfAborted();
    if (timedOut) {
      throw new SessionError(
        "unreachable",
        `${host}:${port} did not finish an SSH handshake within ${timeoutMs / 1000} s. Is it still starting, or behind a firewall?`,
        { ...facts, cause: error },
      );
    }
    throw toSessionError(error, endpoint, presented, pinned);
  } finally {
    clearTimeout(timer);
    options.signal?.removeEventListener("abort", abort);
  }
}

/** Resolves when logged in. Later errors of the client are its `error` events, which never go unheard. */
function logIn(client: Client, config: Parameters<Client["connect"]>[0]): Promise<void> {
  return new Promise((resolve, reject) => {
    client.on("error", reject);
    client.once("close", () => reject(new Error("the server closed the connection")));
    client.once("ready", resolve);
    prepareCipherKeys(client);
    client.connect(config);
  });
}

function waitForSocket(socket: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    let failure: Error | null = null;
    socket.on("error", (error) => {
      failure = error;
    });
    socket.once("close", () => reject(failure ?? new Error("the socket was closed")));
    socket.once("connect", resolve);
  });
}

function toSessionError(
  error: unknown,
  { host, port, username }: SessionEndpoint,
  presented: Buffer | null,
  pinned: readonly { readonly blob: Buffer }[],
): SessionError {
  const facts = { host, port, cause: error };
  const { message = "", level } = error as { message?: string; level?: string };
  if (presented !== null && !pinned.some((one) => one.blob.equals(presented))) {
    return new SessionError(
      "host_key_mismatch",
      `${host}:${port} shows the host key ${fingerprint(presented)}, but pinned is ${pinned.map((one) => fingerprint(one.blob)).join(", ")}. ` +
        `Either the machine was rebuilt or somebody sits in between: compare with \`ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub\` on the machine's console, and pin the new key only if it matches.`,
      facts,
    );
  }
  if (level === "client-authentication") {
    return new SessionError(
      "auth_failed",
      `${host}:${port} refuses the key for user ${username}. Add its public key to that user's ~/.ssh/authorized_keys, or give another key or user.`,
      facts,
    );
  }
  if (message.startsWith("Unsupported algorithm")) {
    return new SessionError(
      "invalid_request",
      `The algorithms to connect with hold one that is not supported (${message}). Correct the names, or leave algorithms out.`,
      facts,
    );
  }
  return new SessionError(
    "unreachable",
    `No SSH server answers at ${host}:${port} (${message || "connection closed"}). Check that the machine runs, and its address, port and firewall.`,
    facts,
  );
}
