import { randomUUID } from "node:crypto";
import { constants, type Stats } from "node:fs";
import { lstat, mkdir, open, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { normaliseLineBreaks } from "./clean-text.ts";
import { emailLimits } from "./limits.ts";
import { TemplateError } from "./template-error.ts";

/** An ordinary file as it was found. */
export interface FoundFile {
  readonly bytes: Uint8Array;
  /** With LF and without a byte order mark; null: it is not UTF-8. */
  readonly text: string | null;
  /** Compared before the file is replaced: a person may save at any moment. */
  readonly stats: Stats;
}

/** Reads an ordinary file; null: there is none. A link, folder or device is refused: it may lead anywhere. */
export async function readOrdinary(path: string): Promise<FoundFile | null> {
  const stats = await statOrdinary(path);
  if (stats === null) return null;
  if (stats.size > emailLimits.draftBytes) {
    throw new TemplateError(
      `the file has ${stats.size} bytes; at most ${emailLimits.draftBytes} are read. Move it away and run again.`,
      { code: "limit", file: path },
    );
  }
  try {
    await using handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
    const bytes = await handle.readFile();
    return { bytes, text: decode(bytes), stats: await handle.stat() };
  } catch (cause) {
    throw new TemplateError(`the file cannot be read (${reasonOf(cause)}). Check its permissions.`, {
      code: "unreadable",
      file: path,
      cause,
    });
  }
}

/** The text of an ordinary UTF-8 file, or null when there is none. */
export async function readTextOrNull(path: string): Promise<string | null> {
  return (await readOrdinary(path))?.text ?? null;
}

/** null: there is nothing at this path. */
export async function statOrdinary(path: string): Promise<Stats | null> {
  try {
    const stats = await lstat(path);
    if (stats.isFile()) return stats;
  } catch (cause) {
    if (isCode(cause, "ENOENT")) return null;
    throw new TemplateError(`the file cannot be looked at (${reasonOf(cause)}).`, {
      code: "unreadable",
      file: path,
      cause,
    });
  }
  throw new TemplateError(
    "this is not an ordinary file but a link, folder or device. Move it away and run again.",
    { code: "unreadable", file: path },
  );
}

/** Whether the file is still the one that was found: same place, size and time of change. */
export async function isUntouched(path: string, found: Stats | null): Promise<boolean> {
  const now = await statOrdinary(path);
  if (now === null || found === null) return now === found;
  return (
    now.ino === found.ino &&
    now.size === found.size &&
    now.mtimeMs === found.mtimeMs &&
    now.ctimeMs === found.ctimeMs
  );
}

/**
 * Puts a whole file in place: temporary file in `.generated`, data to the disk, rename. Whoever looks sees the old file or
 * the new one. A link at `path` is replaced, never followed.
 */
export async function writeAtomically(
  path: string,
  data: string | Uint8Array,
  workFolder: string,
): Promise<void> {
  const temporary = await stage(path, data, workFolder);
  await changing(path, () => rename(temporary, path));
}

/** The first half of `writeAtomically`: a temporary file that holds the data on the disk. The caller renames it. */
export async function stage(
  path: string,
  data: string | Uint8Array,
  workFolder: string,
  mode = 0o666,
): Promise<string> {
  const temporary = join(workFolder, `${basename(path)}.${randomUUID()}.tmp`);
  try {
    await using handle = await open(temporary, "wx", mode);
    await handle.writeFile(data);
    await handle.datasync();
    return temporary;
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => undefined); // the first error is the one to tell
    throw unwritable(path, cause);
  }
}

/** Creates the folder that holds the last generated texts. A link in its place is refused. */
export async function ensureWorkFolder(folder: string): Promise<void> {
  try {
    await mkdir(dirname(folder), { recursive: true });
    await mkdir(folder).catch((error: unknown) => {
      if (!isCode(error, "EEXIST")) throw error;
    });
    if (!(await lstat(folder)).isDirectory()) throw new Error("it is not a folder");
  } catch (cause) {
    throw unwritable(folder, cause);
  }
}

/** Runs a change of the file system and names the file when it fails. */
export async function changing<T>(path: string, change: () => Promise<T>): Promise<T> {
  try {
    return await change();
  } catch (cause) {
    throw unwritable(path, cause);
  }
}

function unwritable(path: string, cause: unknown): TemplateError {
  if (cause instanceof TemplateError) return cause;
  return new TemplateError(
    `cannot be written (${reasonOf(cause)}). Check the folder's permissions and the free space.`,
    { code: "unwritable", file: path, cause },
  );
}

function decode(bytes: Uint8Array): string | null {
  try {
    return normaliseLineBreaks(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    return null; // another encoding: to be kept, not to be merged
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
