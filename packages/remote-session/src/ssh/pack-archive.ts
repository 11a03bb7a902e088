import { type FileHandle, open } from "node:fs/promises";
import { pack as createPack, type Pack } from "tar-stream";
import { SessionError } from "../errors.ts";
import type { UploadEntry } from "../transfer.ts";

/** Files up to this size are read whole. */
const SMALL_BYTES = 1024 * 1024;
/** How many small files are read ahead of the one that is packed. */
const READ_AHEAD = 16;
/** The archive leaves in pieces of about this size: fewer turns, full SSH packets. */
const PIECE_BYTES = 256 * 1024;

/** The entries as one tar stream. Throws SessionError `invalid_request` or `transfer_failed` for a file that cannot be read. */
export async function* packArchive(entries: readonly UploadEntry[]): AsyncGenerator<Buffer> {
  const pack = createPack();
  let failure: unknown = null;
  const filling = fill(pack, entries).catch((error: unknown) => {
    failure = error;
    pack.destroy(error as Error);
  });
  let gathered: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const piece of pack as AsyncIterable<Buffer>) {
      gathered.push(piece);
      bytes += piece.length;
      if (bytes < PIECE_BYTES) continue;
      yield Buffer.concat(gathered, bytes);
      gathered = [];
      bytes = 0;
    }
    if (bytes > 0) yield Buffer.concat(gathered, bytes);
  } catch (error) {
    throw failure ?? error;
  } finally {
    pack.destroy();
    await filling;
  }
}

async function fill(pack: Pack, entries: readonly UploadEntry[]): Promise<void> {
  const ahead: Promise<Opened>[] = [];
  try {
    for (const [index, { path, mode = 0o644 }] of entries.entries()) {
      while (ahead.length < READ_AHEAD && index + ahead.length < entries.length) {
        const opening = openContent(entries[index + ahead.length] as UploadEntry);
        opening.catch(() => {}); // Reported when its turn comes.
        ahead.push(opening);
      }
      const opened = await (ahead.shift() as Promise<Opened>);
      // tar-stream takes a mode of 0 for none.
      const header = { name: path, mode: mode === 0 ? 0o10000 : mode, type: "file" } as const;
      if ("data" in opened) await addWhole(pack, header, opened.data);
      else {
        await using file = opened.file;
        if (!(await addStream(pack, { ...header, size: opened.size }, file, opened.name))) return;
      }
    }
    pack.finalize();
  } finally {
    for (const opening of ahead) await opening.then(closeIfOpen, () => {});
  }
}

/** An entry's bytes, or a file to read them from. */
type Opened =
  | { readonly data: Buffer }
  | { readonly file: FileHandle; readonly size: number; readonly name: string };

async function closeIfOpen(opened: Opened): Promise<void> {
  if ("file" in opened) await opened.file.close();
}

async function openContent({ path, content }: UploadEntry): Promise<Opened> {
  if (typeof content === "string") return { data: Buffer.from(content) };
  if (Buffer.isBuffer(content)) return { data: content };
  const name = content.file;
  const file = await open(name).catch((cause: unknown) => {
    throw new SessionError("invalid_request", `The file ${name} to upload as ${path} cannot be read.`, {
      cause,
    });
  });
  try {
    const stat = await file.stat();
    if (!stat.isFile())
      throw new SessionError("invalid_request", `${name} to upload as ${path} is not a regular file.`);
    if (stat.size > SMALL_BYTES) return { file, size: stat.size, name };
    // The header names the size: a file that grows meanwhile is sent as long as it was.
    const data = Buffer.allocUnsafe(stat.size);
    let bytes = 0;
    while (bytes < stat.size) {
      const { bytesRead } = await file.read(data, bytes, stat.size - bytes, bytes);
      if (bytesRead === 0) throw becameShorter(name);
      bytes += bytesRead;
    }
    await file.close();
    return { data };
  } catch (error) {
    await file.close();
    throw error;
  }
}

type Header = Parameters<Pack["entry"]>[0];

function addWhole(pack: Pack, header: Header, data: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    pack.entry(header, data, (error) => (error ? reject(error) : resolve()));
  });
}

/** False: the archive was given up meanwhile. */
async function addStream(
  pack: Pack,
  header: Header & { readonly size: number },
  file: FileHandle,
  name: string,
): Promise<boolean> {
  const entry = pack.entry(header);
  entry.on("error", () => {}); // The pack's own error says it.
  let sent = 0;
  const pieces = file.createReadStream({
    end: header.size - 1,
    autoClose: false,
    highWaterMark: PIECE_BYTES,
  }) as AsyncIterable<Buffer>;
  for await (const piece of pieces) {
    sent += piece.length;
    if (!entry.write(piece)) await waitForOne(entry, ["drain", "close"]);
    if (entry.destroyed) return false;
  }
  if (sent < header.size) throw becameShorter(name);
  const finished = waitForOne(entry, ["finish", "close"]);
  entry.end(null);
  await finished;
  return true;
}

function becameShorter(name: string): SessionError {
  return new SessionError(
    "transfer_failed",
    `${name} became shorter while it was read. Try again when nothing writes to it.`,
  );
}

function waitForOne(emitter: NodeJS.EventEmitter, events: readonly string[]): Promise<void> {
  return new Promise((resolve) => {
    const onEvent = (): void => {
      for (const event of events) emitter.removeListener(event, onEvent);
      resolve();
    };
    for (const event of events) emitter.on(event, onEvent);
  });
}
