import { constants } from "node:fs";
import { lstat, open, type FileHandle } from "node:fs/promises";
import { basename } from "node:path";
import { ResultsError } from "./errors.ts";

/** An open regular file, or why there is none to read. */
export type OpenedFile =
  | { readonly kind: "file"; readonly handle: FileHandle; readonly bytes: number }
  | { readonly kind: "missing" }
  | { readonly kind: "refused"; readonly reason: string };

/** No such flags on Windows; there the check before opening stands alone. */
const FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
const RETRYABLE = new Set(["EMFILE", "ENFILE", "EIO", "EBUSY", "EAGAIN", "EINTR", "ESTALE", "ETIMEDOUT"]);

/**
 * Opens a file that came from a machine: only a regular one, never through a symbolic link (it could name any file of this
 * computer), and without waiting for a pipe's other end. Close the handle.
 */
export async function openRegularFile(path: string): Promise<OpenedFile> {
  try {
    const before = await lstat(path);
    if (before.isSymbolicLink())
      return { kind: "refused", reason: "it is a symbolic link, which is not followed" };
    if (!before.isFile()) return { kind: "refused", reason: "it is no regular file" };
    const handle = await open(path, FLAGS);
    const after = await handle.stat();
    if (after.isFile()) return { kind: "file", handle, bytes: after.size };
    await handle.close();
    return { kind: "refused", reason: "it is no regular file" };
  } catch (error) {
    const code = errorCode(error);
    if (code === "ENOENT") return { kind: "missing" };
    if (code === "ELOOP") return { kind: "refused", reason: "it is a symbolic link, which is not followed" };
    throw unreadable(path, error);
  }
}

/** The file's bytes from `start` to `end`; one buffer is used for all chunks. */
export async function* readRange(
  handle: FileHandle,
  start: number,
  end: number,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  const buffer = Buffer.allocUnsafe(Math.min(2 ** 20, Math.max(end - start, 1)));
  for (let at = start; at < end;) {
    signal?.throwIfAborted();
    const { bytesRead } = await handle.read(buffer, 0, Math.min(buffer.length, end - at), at);
    if (bytesRead === 0) return;
    yield buffer.subarray(0, bytesRead);
    at += bytesRead;
  }
}

/** The first `maxBytes` of the file as text; what is no UTF-8 becomes U+FFFD. */
export async function readText(handle: FileHandle, maxBytes: number, signal?: AbortSignal): Promise<string> {
  const parts: Buffer[] = [];
  for await (const chunk of readRange(handle, 0, maxBytes, signal)) parts.push(Buffer.from(chunk));
  return Buffer.concat(parts).toString("utf8");
}

export function unreadable(path: string, error: unknown): ResultsError {
  const code = errorCode(error);
  return new ResultsError(
    "unreadable",
    `${basename(path)} cannot be read (${code}); check its permissions and the disk, then read the results again.`,
    {
      path,
      retryable: RETRYABLE.has(code),
      cause: error,
    },
  );
}

export function errorCode(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string"
    ? error.code
    : "unknown error";
}
