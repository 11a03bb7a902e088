import { type FileHandle, mkdir, open, readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { DiscoveryError } from "../errors.ts";
import { holdFile } from "./hold-file.ts";

/** Largest file that is read back: 100,000 candidates take about 60 MB. */
const MAX_BYTES = 512 * 1024 * 1024;
/** Lines between two `fdatasync`: a killed process loses none, a power cut at most so many answers. */
const SYNC_EVERY = 64;

/**
 * A file of JSON lines that only grows. A line is written with one call before `append` resolves, so a killed process leaves every
 * line that was appended, and at most a torn one at the end, which is cut off at the next opening.
 */
export interface AppendLog extends AsyncDisposable {
  readonly file: string;
  /** Lines that were there at the opening, oldest first. */
  readonly lines: readonly unknown[];
  append(line: object): Promise<void>;
}

/**
 * Opens or makes the file for this process alone.
 *
 * @throws DiscoveryError `busy`: another process has it open; `damaged`: a line other than the last is no JSON
 */
export async function openAppendLog(file: string): Promise<AppendLog> {
  await mkdir(dirname(file), { recursive: true });
  const hold = await holdFile(file);
  let handle: FileHandle | null = null;
  try {
    handle = await open(file, "a+", 0o600);
    const { size } = await handle.stat();
    if (size > MAX_BYTES)
      throw new DiscoveryError(
        "damaged",
        `${file} has ${size} bytes, more than ${MAX_BYTES}. Move it away to begin anew.`,
      );
    const { lines, bytes } = parseLines(await readFile(file, "utf8"), file);
    if (bytes < size) await handle.truncate(bytes);
    return logOf(file, lines, handle, hold);
  } catch (error) {
    await handle?.close();
    await hold[Symbol.asyncDispose]();
    throw error;
  }
}

function logOf(
  file: string,
  lines: readonly unknown[],
  handle: FileHandle,
  hold: AsyncDisposable,
): AppendLog {
  let pending = 0;
  let closed = false;
  return {
    file,
    lines,
    async append(line) {
      await handle.appendFile(`${JSON.stringify(line)}\n`);
      pending += 1;
      if (pending < SYNC_EVERY) return;
      pending = 0;
      await handle.datasync();
    },
    async [Symbol.asyncDispose]() {
      if (closed) return;
      closed = true;
      try {
        await handle.datasync();
      } finally {
        await handle.close();
        await hold[Symbol.asyncDispose]();
      }
    },
  };
}

/** Reads the lines of a log that another process may be writing. A file that does not exist has none. */
export async function readAppendLog(file: string): Promise<readonly unknown[]> {
  try {
    return parseLines(await readFile(file, "utf8"), file).lines;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

/** The whole lines of the text, and how many bytes they take; what follows the last line end was torn off. */
function parseLines(text: string, file: string): { readonly lines: unknown[]; readonly bytes: number } {
  const whole = text.slice(0, text.lastIndexOf("\n") + 1);
  const lines = whole.split("\n").slice(0, -1);
  return {
    lines: lines.map((line, index) => {
      try {
        return JSON.parse(line) as unknown;
      } catch (error) {
        throw new DiscoveryError(
          "damaged",
          `${file}:${index + 1} is no JSON. Take the line out, or move the file away to begin anew.`,
          { cause: error },
        );
      }
    }),
    bytes: Buffer.byteLength(whole),
  };
}
