import { randomBytes } from "node:crypto";
import { constants, type Stats } from "node:fs";
import { type FileHandle, lstat, mkdir, open, realpath, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { forMessage } from "./check-path.ts";
import { SessionError } from "./errors.ts";
import type { DownloadedFile, DownloadLimits } from "./transfer.ts";

const DEFAULT_MAX_FILE_BYTES = 256 * 1024 * 1024;
const DEFAULT_MAX_TOTAL_BYTES = 1024 * 1024 * 1024;
const DEFAULT_MAX_FILES = 10_000;
/** A list for a person to read; a hostile archive must not fill the memory with it. */
const MAX_REFUSALS = 200;
/** What a file system says of a name that it does not take: a fault of that one file. */
const NAME_REFUSALS = new Set([
  "ENAMETOOLONG",
  "EINVAL",
  "EILSEQ",
  "ENOENT",
  "ENOTDIR",
  "EISDIR",
  "EEXIST",
  "ENOTEMPTY",
]);

/**
 * A local folder that takes files from an untrusted source: nothing is ever written outside of it or through a link,
 * caps hold over all that it takes, and each file is under a temporary name until it is complete and on disk.
 */
export class Intake {
  readonly maxFileBytes: number;
  readonly maxTotalBytes: number;
  readonly maxFiles: number;
  /** Bytes written so far. */
  totalBytes = 0;
  readonly #root: string;
  readonly #signal: AbortSignal | undefined;
  readonly #files = new Map<string, DownloadedFile>();
  readonly #refused: { path: string; reason: string }[] = [];
  #refusals = 0;
  readonly #checkedFolders = new Set<string>();

  private constructor(root: string, limits: DownloadLimits, signal: AbortSignal | undefined) {
    this.#root = root;
    this.#signal = signal;
    this.maxFileBytes = limits.maxFileBytes ?? DEFAULT_MAX_FILE_BYTES;
    this.maxTotalBytes = limits.maxTotalBytes ?? DEFAULT_MAX_TOTAL_BYTES;
    this.maxFiles = limits.maxFiles ?? DEFAULT_MAX_FILES;
  }

  static async open(toDirectory: string, limits: DownloadLimits = {}, signal?: AbortSignal): Promise<Intake> {
    signal?.throwIfAborted();
    try {
      await mkdir(toDirectory, { recursive: true });
      return new Intake(await realpath(toDirectory), limits, signal);
    } catch (cause) {
      throw localFailure(toDirectory, cause);
    }
  }

  get files(): readonly DownloadedFile[] {
    return [...this.#files.values()];
  }

  get refused(): readonly { readonly path: string; readonly reason: string }[] {
    const more = this.#refusals - this.#refused.length;
    return more === 0
      ? [...this.#refused]
      : [...this.#refused, { path: "…", reason: `${more} more were refused` }];
  }

  get fileCount(): number {
    return this.#files.size;
  }

  has(path: string): boolean {
    return this.#files.has(path);
  }

  refuse(path: string, reason: string): void {
    this.#refusals++;
    if (this.#refused.length < MAX_REFUSALS)
      this.#refused.push({ path: forMessage(path), reason: forMessage(reason) });
  }

  /** Makes a folder; false, and `forPath` refused, when something stands in its way. */
  async makeFolder(path: string, forPath: string = path): Promise<boolean> {
    if (path === "." || this.#checkedFolders.has(path)) return true;
    const names = path.split("/");
    for (let depth = 1; depth <= names.length; depth++) {
      const part = names.slice(0, depth).join("/");
      if (this.#checkedFolders.has(part)) continue;
      const there = await this.#look(part);
      if (there === null) {
        if (!(await this.#attempt(forPath, () => mkdir(join(this.#root, part))))) return false;
      } else if (!there.isDirectory()) {
        this.refuse(
          forPath,
          there.isSymbolicLink() ? `${part} is a symbolic link here` : `${part} is a file here`,
        );
        return false;
      }
      this.#checkedFolders.add(part);
    }
    return true;
  }

  /**
   * Writes one file from `pieces`, at most `maxBytes` of it; what comes after is not read. Complete, it is flushed to
   * disk and renamed; cut off by an error, nothing of it is left. Call `finish` in the end.
   */
  async writeFile(
    path: string,
    pieces: AsyncIterable<Uint8Array>,
    maxBytes: number,
    declaredBytes: number,
  ): Promise<void> {
    const slash = path.lastIndexOf("/");
    const folder = slash === -1 ? "." : path.slice(0, slash);
    if (!(await this.makeFolder(folder, path))) return;
    const there = await this.#look(path);
    if (there !== null && !there.isFile()) {
      this.refuse(path, there.isSymbolicLink() ? "it is a symbolic link here" : "it is no regular file here");
      return;
    }
    const temporary = join(this.#root, folder, `.download-${randomBytes(8).toString("hex")}.part`);
    const file = await this.#local(path, () =>
      open(temporary, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o644),
    );
    let bytes = 0;
    let complete = false;
    try {
      let room = maxBytes;
      if (room > 0) {
        for await (const piece of pieces) {
          this.#signal?.throwIfAborted();
          const kept = piece.subarray(0, room);
          await this.#local(path, () => writeAll(file, kept));
          bytes += kept.length;
          room -= kept.length;
          if (room === 0) break;
        }
      }
      await this.#local(path, () => file.sync());
      complete = true;
    } finally {
      await file.close();
      if (!complete) await rm(temporary, { force: true });
    }
    if (!(await this.#attempt(path, () => rename(temporary, join(this.#root, path))))) {
      await rm(temporary, { force: true });
      return;
    }
    this.totalBytes += bytes;
    this.#files.set(path, { path, bytes, truncated: bytes < declaredBytes });
  }

  /** Flushes the folders, so that the new names too survive a power cut. */
  async finish(): Promise<void> {
    for (const folder of [".", ...this.#checkedFolders]) {
      await using handle = await open(join(this.#root, folder)).catch(() => null);
      // Some file systems do not flush folders; the files themselves are on disk.
      await handle?.sync().catch(() => {});
    }
  }

  async #look(path: string): Promise<Stats | null> {
    try {
      return await lstat(join(this.#root, path));
    } catch (error) {
      // A name that cannot be looked up cannot be made either; the attempt says so.
      if (NAME_REFUSALS.has(codeOf(error))) return null;
      throw localFailure(join(this.#root, path), error);
    }
  }

  /** False, and refused, when the file system does not take the name. */
  async #attempt(path: string, act: () => Promise<unknown>): Promise<boolean> {
    try {
      await act();
      return true;
    } catch (cause) {
      if (!NAME_REFUSALS.has(codeOf(cause))) throw localFailure(join(this.#root, path), cause);
      this.refuse(path, `this computer's file system does not take the name (${codeOf(cause)})`);
      return false;
    }
  }

  async #local<T>(path: string, act: () => Promise<T>): Promise<T> {
    try {
      return await act();
    } catch (cause) {
      throw localFailure(join(this.#root, path), cause);
    }
  }
}

async function writeAll(file: FileHandle, data: Uint8Array): Promise<void> {
  for (let done = 0; done < data.length;) done += (await file.write(data, done)).bytesWritten;
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException | null)?.code ?? "";
}

function localFailure(path: string, cause: unknown): SessionError {
  return new SessionError(
    "transfer_failed",
    `${path} cannot be written on this computer (${codeOf(cause) || "unknown error"}). Check its permissions and the disk's free space.`,
    { cause },
  );
}
