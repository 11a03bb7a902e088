import { type Extract, extract as createExtract, type Header } from "tar-stream";
import { forMessage, normalizeInnerPath } from "./check-path.ts";
import { SessionError } from "./errors.ts";
import type { Intake } from "./intake.ts";

/** What this file uses of tar-stream's entries. */
type Entry = AsyncIterable<Uint8Array> & { readonly header: Header; resume(): void };

const TOO_MUCH = "the archive holds too much beside the files that were asked for; the rest was skipped";

/**
 * Unpacks a tar stream from an untrusted machine into an intake.
 *
 * @param isWanted which paths were asked for; others are refused.
 * @returns false when a cap was reached and the rest of the stream was not read.
 * @throws SessionError `transfer_failed` when the stream is no tar archive or ends within an entry, or when the local
 *   disk takes no more; whatever `source` throws. Files that were complete by then stay.
 */
export async function extractArchive(
  source: AsyncIterable<Uint8Array>,
  intake: Intake,
  isWanted: (path: string) => boolean = () => true,
): Promise<boolean> {
  const extract = createExtract();
  // What is not written costs time only: entries that are refused, the rests of cut files. It must not cost it for ever.
  let bytesLeft = 2 * intake.maxTotalBytes + intake.maxFiles * 4_096 + 64 * 1024 * 1024;
  let entriesLeft = 2 * intake.maxFiles + 1_000;
  let sourceFailure: { readonly error: unknown } | null = null;
  const feeding = feed(source, extract, (piece) => (bytesLeft -= piece.length) > 0).catch(
    (error: unknown) => {
      sourceFailure = { error };
      extract.destroy(error as Error);
    },
  );
  try {
    for await (const entry of extract as AsyncIterable<unknown> as AsyncIterable<Entry>) {
      if (--entriesLeft < 0) {
        intake.refuse(entry.header.name, TOO_MUCH);
        return false;
      }
      if (!(await takeEntry(entry, intake, isWanted))) return false;
    }
  } catch (error) {
    // TypeScript does not see that the callback above assigns it.
    const failure = sourceFailure as { readonly error: unknown } | null;
    if (failure !== null) throw failure.error;
    if (error instanceof SessionError) throw error;
    if (bytesLeft <= 0) {
      intake.refuse("…", TOO_MUCH);
      return false;
    }
    const reason = forMessage(error instanceof Error ? error.message : String(error));
    throw new SessionError(
      "transfer_failed",
      `What came from the machine is no whole tar archive: ${reason}. Try again.`,
      { cause: error },
    );
  } finally {
    extract.destroy();
  }
  await feeding;
  return true;
}

/** Takes or refuses one entry and reads it to its end; false when a cap ends the extraction. */
async function takeEntry(
  entry: Entry,
  intake: Intake,
  isWanted: (path: string) => boolean,
): Promise<boolean> {
  const { type, size } = entry.header;
  const name = entry.header.name.replace(/^(\.\/)+(?=.)/, "");
  const path = normalizeInnerPath(name);
  if (path === null) {
    intake.refuse(name, "the path leaves the folder, or holds characters that no path should");
  } else if (!isWanted(path)) {
    intake.refuse(name, "it was not asked for");
  } else if (type === "directory") {
    await intake.makeFolder(path);
  } else if ((type !== "file" && type !== "contiguous-file") || path === ".") {
    intake.refuse(
      name,
      `it is no regular file but a ${(type as string | null) ?? "thing of an unknown kind"}`,
    );
  } else if (intake.fileCount >= intake.maxFiles) {
    intake.refuse(
      name,
      `there are more than ${intake.maxFiles} files; this one and those after it were skipped`,
    );
    return false;
  } else if (intake.totalBytes + Math.min(size, intake.maxFileBytes) > intake.maxTotalBytes) {
    intake.refuse(
      name,
      `with it the files would have more than ${intake.maxTotalBytes} bytes; it and those after it were skipped`,
    );
    return false;
  } else {
    const pieces = entry[Symbol.asyncIterator]();
    // Without `return`: leaving the loop early would destroy the entry, and with it the whole extraction.
    await intake.writeFile(
      path,
      { [Symbol.asyncIterator]: () => ({ next: () => pieces.next() }) },
      intake.maxFileBytes,
      size,
    );
    while (!(await pieces.next()).done);
    return true;
  }
  entry.resume();
  return true;
}

async function feed(
  source: AsyncIterable<Uint8Array>,
  extract: Extract,
  mayGoOn: (piece: Uint8Array) => boolean,
): Promise<void> {
  for await (const piece of source) {
    if (!mayGoOn(piece)) {
      extract.destroy(new Error(TOO_MUCH));
      return;
    }
    if (!extract.write(piece)) {
      await new Promise<void>((resolve) => {
        const goOn = (): void => {
          extract.removeListener("drain", goOn);
          extract.removeListener("close", goOn);
          resolve();
        };
        extract.on("drain", goOn);
        extract.on("close", goOn);
        if (extract.destroyed) goOn();
      });
    }
    if (extract.destroyed) return;
  }
  extract.end(null);
}
