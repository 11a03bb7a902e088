import ssh2, { type Client, type ClientChannel, type ServerHostKeyAlgorithm } from "ssh2";
import { readPublicKey } from "../check-request.ts";
import { MachineError } from "../errors.ts";

/** Where to connect and what to find there. */
export interface HostAddress {
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly hostKeys: readonly string[];
}

export interface ConnectOptions {
  readonly privateKey: string | Buffer;
  /** Until the host has let us in; default 15,000. */
  readonly connectTimeoutMs?: number;
  readonly signal?: AbortSignal;
}

interface RunOptions {
  /** Written to standard input, which is then closed. */
  readonly stdin?: string;
  /** Default 60,000. */
  readonly timeoutMs?: number;
  /** More than this on either stream throws; default 1 MiB. */
  readonly maxOutputBytes?: number;
  readonly signal?: AbortSignal;
}

export interface RunResult {
  /** null when a signal ended the command. */
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** An authenticated connection; `await using` closes it. */
export interface HostConnection extends AsyncDisposable {
  /** Runs POSIX sh text. A non-zero exit status is a result. */
  run(command: string, options?: RunOptions): Promise<RunResult>;
}

/**
 * Connects to a machine whose host key is pinned.
 *
 * Throws `host_key_mismatch`, or `unreachable`: not retryable when the key is refused.
 */
export async function connectHost(address: HostAddress, options: ConnectOptions): Promise<HostConnection> {
  const { signal } = options;
  signal?.throwIfAborted();
  const pinned = address.hostKeys.flatMap((line) => readPublicKey(line) ?? []);
  const where = `${address.username}@${address.host}:${address.port}`;
  const client = new ssh2.Client();
  const state = { mismatch: false };

  await new Promise<void>((resolve, reject) => {
    const onAbort = (): void => fail(signal?.reason);
    const fail = (reason: unknown): void => {
      signal?.removeEventListener("abort", onAbort);
      client.on("error", () => {});
      client.destroy();
      reject(reason);
    };
    signal?.addEventListener("abort", onAbort, { once: true });
    client.once("ready", () => {
      signal?.removeEventListener("abort", onAbort);
      client.removeAllListeners("error");
      client.on("error", () => {}); // a loss shows as the end of the channels
      resolve();
    });
    client.once("error", (cause) =>
      fail(state.mismatch ? mismatchError(where, cause) : connectError(where, cause)),
    );
    client.once("close", () => fail(connectError(where, new Error("the connection was closed"))));
    try {
      client.connect({
        host: address.host,
        port: address.port,
        username: address.username,
        privateKey: options.privateKey,
        readyTimeout: options.connectTimeoutMs ?? 15_000,
        keepaliveInterval: 10_000,
        keepaliveCountMax: 3,
        // Only kinds of keys that are pinned: otherwise a server with several could show another one.
        algorithms: { serverHostKey: keyAlgorithms(pinned.map(({ type }) => type)) },
        hostVerifier: (key: Buffer) => {
          state.mismatch = !pinned.some(({ data }) => data.equals(key));
          return !state.mismatch;
        },
      });
      client.setNoDelay(true);
    } catch (cause) {
      fail(connectError(where, cause)); // a private key that cannot be read
    }
  });

  return {
    run: (command, runOptions = {}) => runCommand(client, where, command, runOptions),
    [Symbol.asyncDispose]: async (): Promise<void> => {
      await new Promise<void>((resolve) => {
        const late = setTimeout(() => client.destroy(), 2000);
        client.once("close", () => {
          clearTimeout(late);
          resolve();
        });
        client.end();
      });
    },
  };
}

/** Checks a private key before it is used; throws `invalid_request` (never quoting it). */
export function checkPrivateKey(privateKey: string | Buffer): void {
  const key = ssh2.utils.parseKey(privateKey);
  if (key instanceof Error || !key.isPrivateKey()) {
    throw new MachineError(
      "invalid_request",
      "The private key for the hosts cannot be read. Give an OpenSSH or PEM private key without a passphrase.",
      { provider: "hosts" },
    );
  }
}

async function runCommand(
  client: Client,
  where: string,
  command: string,
  options: RunOptions,
): Promise<RunResult> {
  const { signal } = options;
  const timeoutMs = options.timeoutMs ?? 60_000;
  const maxOutputBytes = options.maxOutputBytes ?? 1024 * 1024;
  signal?.throwIfAborted();
  return await new Promise<RunResult>((resolve, reject) => {
    let channel: ClientChannel | null = null;
    const finish = (): void => {
      clearTimeout(deadline);
      signal?.removeEventListener("abort", onAbort);
      client.removeListener("close", onLost);
      channel?.close();
    };
    const fail = (reason: unknown): void => {
      finish();
      reject(reason);
    };
    const onAbort = (): void => fail(signal?.reason);
    const onLost = (): void => fail(unreachable(where, `the connection was lost while a command ran`));
    const deadline = setTimeout(
      () => fail(unreachable(where, `a command has not ended within ${timeoutMs / 1000} s`)),
      timeoutMs,
    );
    signal?.addEventListener("abort", onAbort, { once: true });
    client.once("close", onLost);
    try {
      client.exec(command, (error, opened) => {
        if (error !== undefined) return fail(unreachable(where, error.message, error));
        channel = opened;
        let exit: Pick<RunResult, "exitCode" | "signal"> = { exitCode: null, signal: null };
        const collect = (stream: NodeJS.ReadableStream): (() => string) => {
          const chunks: Buffer[] = [];
          let size = 0;
          stream.on("data", (chunk: Buffer) => {
            size += chunk.length;
            if (size > maxOutputBytes)
              fail(unreachable(where, `a command printed more than ${maxOutputBytes} bytes`));
            else chunks.push(chunk);
          });
          return () => Buffer.concat(chunks).toString("utf8");
        };
        const stdout = collect(opened);
        const stderr = collect(opened.stderr);
        opened.on("error", () => {});
        opened.on("exit", (code: number | null, name?: string) => {
          exit = { exitCode: code, signal: name ?? null };
        });
        opened.on("close", () => {
          // A lost connection closes its channels as well: then there is no exit.
          if (exit.exitCode === null && exit.signal === null)
            return fail(unreachable(where, "a command ended without an exit status"));
          finish();
          resolve({ ...exit, stdout: stdout(), stderr: stderr() });
        });
        opened.end(options.stdin ?? "");
      });
    } catch (error) {
      fail(unreachable(where, "the connection was lost", error));
    }
  });
}

function keyAlgorithms(types: readonly string[]): ServerHostKeyAlgorithm[] {
  const known: Record<string, ServerHostKeyAlgorithm[]> = {
    "ssh-ed25519": ["ssh-ed25519"],
    "ecdsa-sha2-nistp256": ["ecdsa-sha2-nistp256"],
    "ecdsa-sha2-nistp384": ["ecdsa-sha2-nistp384"],
    "ecdsa-sha2-nistp521": ["ecdsa-sha2-nistp521"],
    "ssh-rsa": ["rsa-sha2-512", "rsa-sha2-256"],
  };
  return [...new Set(types.flatMap((type) => known[type] ?? []))];
}

function mismatchError(where: string, cause: unknown): MachineError {
  return new MachineError(
    "host_key_mismatch",
    `${where} shows another host key than the pinned ones. Find out whether the host was installed anew; if so, put its new key into the inventory. If not, somebody may stand between: do not connect.`,
    { provider: "hosts", cause },
  );
}

function connectError(where: string, cause: unknown): MachineError {
  if (Reflect.get(Object(cause), "level") === "client-authentication") {
    return new MachineError(
      "unreachable",
      `${where} does not accept the private key. Add its public key to the host's authorized_keys.`,
      {
        provider: "hosts",
        retryable: false,
        cause,
      },
    );
  }
  const message = cause instanceof Error ? cause.message : String(cause);
  // No key of a pinned kind is offered: the host has other keys than those that are known.
  if (/no matching host key/i.test(message)) return mismatchError(where, cause);
  return unreachable(where, message, cause);
}

function unreachable(where: string, reason: string, cause?: unknown): MachineError {
  return new MachineError(
    "unreachable",
    `${where} does not answer as it should: ${reason}. See that the host is up and its SSH server reachable, then try again.`,
    {
      provider: "hosts",
      cause,
    },
  );
}
