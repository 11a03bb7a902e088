import { requireMachinePath } from "../check-path.ts";
import type { Job, JobSpec } from "../job.ts";
import type { ExecOptions, ExecResult, PersistentShell, Session, Tail } from "../session.ts";
import type { DownloadRequest, DownloadResult, PreparedUpload, UploadEntry } from "../transfer.ts";
import type { Connection } from "./connection.ts";
import { exec } from "./exec.ts";
import type { RemoteShell } from "./remote-shell.ts";
import { makeJob } from "./remote-job.ts";
import { startJob } from "./start-job.ts";
import { tail } from "./tail.ts";
import { upload } from "./upload.ts";

/** A session over SSH; each act lives in its own file. What only transfers need is loaded with the first one: most commands only ask. */
export class SshSession implements Session {
  readonly home: string;
  readonly #connection: Connection;
  readonly #shell: RemoteShell;

  constructor(connection: Connection, shell: RemoteShell, home: string) {
    this.#connection = connection;
    this.#shell = shell;
    this.home = home;
  }

  get connected(): boolean {
    return this.#connection.connected;
  }

  exec(command: string, options?: ExecOptions): Promise<ExecResult> {
    return exec(this.#connection, this.home, command, options);
  }

  shell(): PersistentShell {
    return this.#shell;
  }

  async upload(
    entries: readonly UploadEntry[] | PreparedUpload,
    directory: string,
    signal?: AbortSignal,
  ): Promise<void> {
    await upload(this.#connection, this.home, entries, requireMachinePath(directory), signal);
  }

  async download(request: DownloadRequest): Promise<DownloadResult> {
    const { download } = await import("./download.ts");
    return await download(this.#connection, this.home, request);
  }

  tail(
    path: string,
    offset: number,
    options: { readonly maxBytes?: number; readonly signal?: AbortSignal } = {},
  ): Promise<Tail | null> {
    return tail(this.#connection, this.home, path, offset, options);
  }

  startJob(spec: JobSpec, signal?: AbortSignal): Promise<Job> {
    return startJob(this, this.#connection, spec, signal);
  }

  job(name: string): Job {
    return makeJob(this, this.#connection, name);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#connection.close();
  }
}
