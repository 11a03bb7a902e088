import { open } from "node:fs/promises";
import { pack as createPack, type Pack } from "tar-stream";
import { forMessage, requireInnerPath } from "../check-path.ts";
import { SessionError } from "../errors.ts";
import { quoteSh } from "../quote-sh.ts";
import type { UploadEntry } from "../transfer.ts";
import { CommandChannel } from "./command-channel.ts";
import type { Connection } from "./connection.ts";

const IDLE_MS = 120_000;

/** `Session.upload`: one tar stream into one `tar -x`. */
export async function upload(
  connection: Connection,
  home: string,
  entries: readonly UploadEntry[],
  directory: string,
  signal?: AbortSignal,
): Promise<void> {
  const checked = checkEntries(entries);
  const folder = quoteSh(directory);
  // -m: times by the machine's own clock, so that nothing lies in its future; -o: not the packer's owner; -p: modes as
  // they are, whatever the umask.
  const script = `mkdir -p ${folder}&&${refuseLongNames(checked)}tar -x -p -o -m -f - -C ${folder}`;
  const channel = await CommandChannel.open(connection, script, { home, signal, idleMs: IDLE_MS });
  await sendArchive(channel, checked);
  const { exitCode } = await channel.exit();
  if (exitCode !== 0) {
    throw connection.error(
      "transfer_failed",
      `tar on ${connection.host} could not unpack into ${directory} (exit status ${exitCode}): ${forMessage(channel.stderr.toString("utf8")) || "no message"}. Check the folder's permissions and the disk's free space.`,
    );
  }
}

/** Normal paths, each once; throws `unsafe_path`, or `invalid_request` for a mode that is none. */
function checkEntries(entries: readonly UploadEntry[]): UploadEntry[] {
  return entries.map((entry) => {
    const path = requireInnerPath(entry.path);
    if (path === ".")
      throw new SessionError("unsafe_path", "An upload's path names a file; `.` is a folder.");
    if (
      entry.mode !== undefined &&
      !(Number.isInteger(entry.mode) && entry.mode >= 0 && entry.mode <= 0o7777)
    ) {
      throw new SessionError(
        "invalid_request",
        `The mode ${entry.mode} of ${path} is not between 0 and 0o7777.`,
      );
    }
    return { ...entry, path };
  });
}

/** Sends the entries as one tar stream and closes standard input. Returns early when tar does not read any more. */
export async function sendArchive(channel: CommandChannel, entries: readonly UploadEntry[]): Promise<void> {
  const pack = createPack();
  let failure: unknown = null;
  const filling = fill(pack, entries).catch((error: unknown) => {
    failure = error;
    pack.destroy(error as Error);
  });
  try {
    for await (const piece of pack as AsyncIterable<Buffer>) {
      if (!(await channel.write(piece))) break;
    }
  } catch (error) {
    // Without its end the archive must not be taken for a whole one.
    channel.fail(failure ?? error);
    throw failure ?? error;
  } finally {
    pack.destroy();
    await filling;
  }
  channel.end();
}

async function fill(pack: Pack, entries: readonly UploadEntry[]): Promise<void> {
  for (const { path, content, mode = 0o644 } of entries) {
    if (typeof content === "string" || Buffer.isBuffer(content)) {
      const data = typeof content === "string" ? Buffer.from(content) : content;
      await new Promise<void>((resolve, reject) => {
        // tar-stream takes a mode of 0 for none.
        pack.entry({ name: path, mode: mode === 0 ? 0o10000 : mode, type: "file" }, data, (error) =>
          error ? reject(error) : resolve(),
        );
      });
      continue;
    }
    await using file = await open(content.file).catch((cause: unknown) => {
      throw new SessionError(
        "invalid_request",
        `The file ${content.file} to upload as ${path} cannot be read.`,
        { cause },
      );
    });
    const stat = await file.stat();
    if (!stat.isFile())
      throw new SessionError(
        "invalid_request",
        `${content.file} to upload as ${path} is not a regular file.`,
      );
    const entry = pack.entry({
      name: path,
      mode: mode === 0 ? 0o10000 : mode,
      size: stat.size,
      type: "file",
    });
    entry.on("error", () => {}); // The pack's own error says it.
    let sent = 0;
    if (stat.size > 0) {
      // The header names the size: a file that grows meanwhile is sent as long as it was.
      for await (const piece of file.createReadStream({
        end: stat.size - 1,
        autoClose: false,
      }) as AsyncIterable<Buffer>) {
        sent += piece.length;
        if (!entry.write(piece)) await waitForOne(entry, ["drain", "close"]);
        if (entry.destroyed) return;
      }
    }
    if (sent < stat.size)
      throw new SessionError(
        "transfer_failed",
        `${content.file} became shorter while it was read. Try again when nothing writes to it.`,
      );
    const finished = waitForOne(entry, ["finish", "close"]);
    entry.end(null);
    await finished;
  }
  pack.finalize();
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

/** A name that fits no plain tar header goes into a pax header, which busybox's tar does not read: say so before it unpacks nonsense. */
function refuseLongNames(entries: readonly UploadEntry[]): string {
  // oxlint-disable-next-line no-control-regex -- all of ASCII is meant
  const needsPax = entries.some(({ path }) => path.length > 100 || /[^\u0000-\u007f]/.test(path));
  return needsPax
    ? `{ case "$(tar --help 2>&1)" in *BusyBox*)echo "its tar is busybox's, which takes ASCII names of up to 100 bytes only; install GNU tar">&2;false;;esac;}&&`
    : "";
}
