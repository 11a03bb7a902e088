import type { Job, JobSpec } from "./job.ts";
import type { DownloadRequest, DownloadResult, PreparedUpload, UploadEntry } from "./transfer.ts";

/** Where to connect. The same shape as cloud-vm's `SshEndpoint`. */
export interface SessionEndpoint {
  readonly host: string;
  readonly port: number;
  readonly username: string;
  /** Pinned host keys in OpenSSH form (`ssh-ed25519 AAAA…`); a server with another key is refused. */
  readonly hostKeys: readonly string[];
  /** Folder to use as HOME and working folder, absolute; null: the login user's own. */
  readonly home: string | null;
}

export interface ConnectOptions {
  /** Private key in OpenSSH or PEM form. */
  readonly privateKey: string | Buffer;
  /** Default 20,000. */
  readonly connectTimeoutMs?: number;
  /** Interval of SSH keep-alives; three unanswered ones end the connection. Default 10,000. */
  readonly keepAliveMs?: number;
  /** What to agree on with the server; default: the fastest first, and only what is sound today. */
  readonly algorithms?: SessionAlgorithms;
  readonly signal?: AbortSignal;
}

/** Algorithms by their SSH names, most wanted first; the first that the server knows too is taken. */
export interface SessionAlgorithms {
  /** Default: `curve25519-sha256`, then the NIST curves, then `diffie-hellman-group14-sha256`. */
  readonly keyExchange?: readonly string[];
  /** Default: `aes128-gcm@openssh.com`, then AES-256-GCM, AES-CTR, ChaCha20-Poly1305. */
  readonly cipher?: readonly string[];
}

export interface ExecOptions {
  /** Deadline of the whole command; default 60,000. At the deadline the channel is closed and `command_timeout` thrown. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  /** Written to standard input, which is then closed. Secrets travel here, never in `command`. */
  readonly stdin?: string | Buffer;
  /** More than this on either stream throws `output_too_large`; default 8 MiB. */
  readonly maxOutputBytes?: number;
}

export interface ExecResult {
  /** Exit status, or null when the command was ended by a signal. */
  readonly exitCode: number | null;
  /** Signal name such as `KILL`, or null. */
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A shell that stays open: one round trip a call, nothing forked by the server for a snippet of builtins. */
export interface PersistentShell extends AsyncDisposable {
  /**
   * Runs POSIX sh text and resolves with its standard output and exit status. Calls are queued, one at a time.
   * A call past its deadline throws `command_timeout` and ends the shell; the next call opens a new one.
   */
  run(
    script: string,
    options?: { readonly timeoutMs?: number; readonly signal?: AbortSignal },
  ): Promise<{
    readonly exitCode: number;
    readonly stdout: string;
  }>;
}

/**
 * An authenticated SSH connection to one machine. `await using` closes it; whatever runs as a job goes on.
 *
 * Errors are `SessionError`s; branch on `code`. After `connection_lost` the session is unusable: connect again.
 */
export interface Session extends AsyncDisposable {
  /** The home folder in use, absolute. */
  readonly home: string;
  /** Runs POSIX sh text in the home folder. A non-zero exit status is a result, not an error. */
  exec(command: string, options?: ExecOptions): Promise<ExecResult>;
  /** The session's one persistent shell. */
  shell(): PersistentShell;
  /**
   * Writes files below `directory` (relative to home, or absolute) as one tar stream over one channel.
   * Folders are made; existing files are replaced. For the same files on many machines, pack them once (`prepareUpload`).
   */
  upload(
    entries: readonly UploadEntry[] | PreparedUpload,
    directory: string,
    signal?: AbortSignal,
  ): Promise<void>;
  /**
   * Fetches files and folders as one tar stream over one channel into a local folder. Links, devices, absolute
   * paths and `..` are refused; caps hold. Each file is written under a temporary name and renamed.
   */
  download(request: DownloadRequest): Promise<DownloadResult>;
  /** Up to `maxBytes` (default 1 MiB) of a file from `offset`; null when there is no such file. */
  tail(
    path: string,
    offset: number,
    options?: { readonly maxBytes?: number; readonly signal?: AbortSignal },
  ): Promise<Tail | null>;
  /** Starts a detached job, or finds that it was started before: the same name is never started twice. */
  startJob(spec: JobSpec, signal?: AbortSignal): Promise<Job>;
  /** The job of that name (no round trip). */
  job(name: string): Job;
  /** Whether the connection still stands. */
  readonly connected: boolean;
}

/** A piece of a file. */
export interface Tail {
  readonly data: Buffer;
  /** Where the next piece begins. */
  readonly nextOffset: number;
  /** The file's size when it was read. */
  readonly size: number;
}

/** Opens sessions; `remote-session/ssh` exports `connect` of this type. */
export type Connect = (endpoint: SessionEndpoint, options: ConnectOptions) => Promise<Session>;
