import { randomBytes } from "node:crypto";
import { constants, type Stats } from "node:fs";
import { type FileHandle, lstat, mkdir, open, realpath, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { forMessage } from "./check-path.ts";
import { SessionError } from "./errors.ts";
import type { GrowthStart } from "./local-copy.ts";
import type { DownloadedFile, DownloadLimits, GrownFile } from "./transfer.ts";

const DEFAULT_MAX_FILE_BYTES = 256 * 1024 * 1024;
const DEFAULT_MAX_TOTAL_BYTES = 1024 * 1024 * 1024;
const DEFAULT_MAX_FILES = 10_000;
/** What is gathered before it is written: a call of the file system for each piece of the network costs more than the data. */
const WRITE_BYTES = 512 * 1024;
/** Files that are flushed while the next ones arrive; a file system flushes several in one go. */
const MAX_FLUSHING = 8;
/** How many earlier files are kept of one that begins anew; a hostile machine must not fill the disk with them. */
const MAX_KEPT = 9;
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
  /** The folder, absolute and without links. */
  readonly root: string;
  readonly #signal: AbortSignal | undefined;
  /** In the order of their arrival; null: not flushed yet, or refused in the end. */
  readonly #files = new Map<string, DownloadedFile | null>();
  readonly #refused: { path: string; reason: string }[] = [];
  #refusals = 0;
  readonly #checkedFolders = new Set<string>();
  readonly #flushing = new Map<string, Promise<void>>();
  #failure: { readonly error: unknown } | null = null;

  private constructor(root: string, limits: DownloadLimits, signal: AbortSignal | undefined) {
    this.root = root;
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
    return [...this.#files.values()].filter((file) => file !== null);
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
        if (!(await this.#attempt(forPath, () => mkdir(join(this.root, part))))) return false;
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
   * Writes one file from `pieces`, at most `maxBytes` of it; what comes after is not read. Cut off by an error, nothing
   * of it is left. Complete, it is flushed to disk and renamed while others arrive: `finish` waits for that.
   */
  async writeFile(
    path: string,
    pieces: AsyncIterable<Uint8Array>,
    maxBytes: number,
    declaredBytes: number,
  ): Promise<void> {
    // The same name again: one after the other.
    await this.#flushing.get(path);
    const slash = path.lastIndexOf("/");
    const folder = slash === -1 ? "." : path.slice(0, slash);
    if (!(await this.makeFolder(folder, path))) return;
    const there = await this.#look(path);
    if (there !== null && !there.isFile()) {
      this.refuse(path, there.isSymbolicLink() ? "it is a symbolic link here" : "it is no regular file here");
      return;
    }
    const temporary = join(this.root, folder, `.download-${randomBytes(8).toString("hex")}.part`);
    const file = await this.#local(path, () =>
      open(temporary, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o644),
    );
    let bytes = 0;
    let complete = false;
    try {
      if (maxBytes > 0) {
        for await (const gathered of gather(pieces, maxBytes)) {
          this.#signal?.throwIfAborted();
          await this.#local(path, () => writeAll(file, gathered.pieces));
          bytes += gathered.bytes;
        }
      }
      complete = true;
    } finally {
      if (!complete) {
        await file.close();
        await rm(temporary, { force: true });
      }
    }
    this.totalBytes += bytes;
    if (!this.#files.has(path)) this.#files.set(path, null);
    const flushing = this.#flush(path, file, temporary, { path, bytes, truncated: bytes < declaredBytes })
      .catch((error: unknown) => {
        this.#failure ??= { error };
      })
      .finally(() => this.#flushing.delete(path));
    this.#flushing.set(path, flushing);
    if (this.#flushing.size >= MAX_FLUSHING) await Promise.race(this.#flushing.values());
    this.#throwFailure();
  }

  /**
   * Appends `pieces` to a file that grows; `from` 0 where ours has bytes: the machine's is another file, and ours is moved
   * out of its way first. What came before an error stays, as the next call goes on behind it, unless it is `confirm`
   * that throws: then what came was not what was announced.
   *
   * @param size the machine's file's
   * @returns null, and refused, when something stands in its way
   */
  async growFile(
    start: GrowthStart,
    from: number,
    size: number,
    pieces: AsyncIterable<Uint8Array>,
    confirm: () => Promise<void>,
  ): Promise<GrownFile | null> {
    const { path } = start;
    const slash = path.lastIndexOf("/");
    const target = join(this.root, path);
    const there =
      slash === -1 || (await this.makeFolder(path.slice(0, slash), path))
        ? await this.#look(path)
        : undefined;
    const inTheWay = there === undefined || (there !== null && !there.isFile());
    if (inTheWay) {
      if (there !== undefined) this.refuse(path, "it is no regular file here");
      // Read all the same: what comes after it is behind it.
      for await (const _ of pieces);
      await confirm();
      return null;
    }
    let keptAs: string | null = null;
    if (from === 0 && start.bytes > 0) {
      let number = 1;
      while (number < MAX_KEPT && (await this.#look(`${path}.${number}`)) !== null) number++;
      keptAs = `${path}.${number}`;
      await this.#local(path, () => rename(target, join(this.root, `${path}.${number}`)));
    }
    const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND | constants.O_NOFOLLOW;
    await using file = await this.#local(path, () => open(target, flags, 0o644));
    const before = (await file.stat()).size;
    if (before !== from) {
      throw new SessionError(
        "transfer_failed",
        `${target} changed while it was fetched: it has ${before} bytes, expected were ${from}. Let one process fetch it, and try again.`,
      );
    }
    let added = 0;
    let confirmed = false;
    try {
      for await (const gathered of gather(pieces)) {
        this.#signal?.throwIfAborted();
        await this.#local(path, () => writeAll(file, gathered.pieces));
        added += gathered.bytes;
      }
      await confirm().catch(async (error: unknown) => {
        await file.truncate(from);
        throw error;
      });
      confirmed = true;
    } finally {
      const flushing = this.#local(path, () => file.sync());
      await (confirmed ? flushing : flushing.catch(() => {}));
    }
    this.totalBytes += added;
    return { path, addedBytes: added, bytes: from + added, more: from + added < size, keptAs };
  }

  /** Makes a written file the file: on disk first, then under its name. */
  async #flush(path: string, file: FileHandle, temporary: string, result: DownloadedFile): Promise<void> {
    let renamed = false;
    try {
      try {
        await this.#local(path, () => file.sync());
      } finally {
        await file.close();
      }
      renamed = await this.#attempt(path, () => rename(temporary, join(this.root, path)));
      if (renamed) this.#files.set(path, result);
    } finally {
      if (!renamed) {
        if (this.#files.get(path) === null) this.#files.delete(path);
        await rm(temporary, { force: true });
      }
    }
  }

  #throwFailure(): void {
    if (this.#failure !== null) throw this.#failure.error;
  }

  /**
   * Waits until every file is on disk under its name, then flushes the folders, so that the names too survive a power cut.
   *
   * @throws SessionError `transfer_failed` when one could not be flushed
   */
  async finish(): Promise<void> {
    await Promise.all(this.#flushing.values());
    for (const folder of [".", ...this.#checkedFolders]) {
      await using handle = await open(join(this.root, folder)).catch(() => null);
      // Some file systems do not flush folders; the files themselves are on disk.
      await handle?.sync().catch(() => {});
    }
    this.#throwFailure();
  }

  async #look(path: string): Promise<Stats | null> {
    try {
      return await lstat(join(this.root, path));
    } catch (error) {
      // A name that cannot be looked up cannot be made either; the attempt says so.
      if (NAME_REFUSALS.has(codeOf(error))) return null;
      throw localFailure(join(this.root, path), error);
    }
  }

  /** False, and refused, when the file system does not take the name. */
  async #attempt(path: string, act: () => Promise<unknown>): Promise<boolean> {
    try {
      await act();
      return true;
    } catch (cause) {
      if (!NAME_REFUSALS.has(codeOf(cause))) throw localFailure(join(this.root, path), cause);
      this.refuse(path, `this computer's file system does not take the name (${codeOf(cause)})`);
      return false;
    }
  }

  async #local<T>(path: string, act: () => Promise<T>): Promise<T> {
    try {
      return await act();
    } catch (cause) {
      throw localFailure(join(this.root, path), cause);
    }
  }
}

/** At most `maxBytes` of the pieces, in groups that are worth a write. */
async function* gather(
  pieces: AsyncIterable<Uint8Array>,
  maxBytes: number = Infinity,
): AsyncGenerator<{ readonly pieces: Uint8Array[]; readonly bytes: number }> {
  let group: Uint8Array[] = [];
  let bytes = 0;
  let left = maxBytes;
  for await (const piece of pieces) {
    const kept = left < piece.length ? piece.subarray(0, left) : piece;
    group.push(kept);
    bytes += kept.length;
    left -= kept.length;
    if (left === 0) break;
    if (bytes < WRITE_BYTES) continue;
    yield { pieces: group, bytes };
    group = [];
    bytes = 0;
  }
  if (bytes > 0) yield { pieces: group, bytes };
}

async function writeAll(file: FileHandle, pieces: readonly Uint8Array[]): Promise<void> {
  const total = pieces.reduce((sum, piece) => sum + piece.length, 0);
  const { bytesWritten } = await file.writev(pieces);
  if (bytesWritten === total) return;
  // A disk that fills up takes a part: what is left says why.
  const rest = Buffer.concat(pieces).subarray(bytesWritten);
  for (let done = 0; done < rest.length;) done += (await file.write(rest, done)).bytesWritten;
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
