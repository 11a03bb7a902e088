import { forMessage, requireInnerPath } from "../check-path.ts";
import { SessionError } from "../errors.ts";
import { quoteSh } from "../quote-sh.ts";
import type { PreparedUpload, UploadEntry } from "../transfer.ts";
import { CommandChannel } from "./command-channel.ts";
import type { Connection } from "./connection.ts";

const IDLE_MS = 120_000;

/** `Session.upload`: one tar stream into one `tar -x`. */
export async function upload(
  connection: Connection,
  home: string,
  entries: readonly UploadEntry[] | PreparedUpload,
  directory: string,
  signal?: AbortSignal,
): Promise<void> {
  const checked = isPrepared(entries) ? entries : checkEntries(entries);
  const plainNames = isPrepared(checked) ? checked.plainNames : hasPlainNames(checked);
  const folder = quoteSh(directory);
  // -m: times by the machine's own clock, so that nothing lies in its future; -o: not the packer's owner; -p: modes as
  // they are, whatever the umask.
  const script = `mkdir -p ${folder}&&${plainNames ? "" : REFUSE_BUSYBOX}exec tar -x -p -o -m -f - -C ${folder}`;
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
export async function sendArchive(
  channel: CommandChannel,
  entries: readonly UploadEntry[] | PreparedUpload,
): Promise<void> {
  try {
    for await (const piece of isPrepared(entries) ? entries.pieces : await pack(entries)) {
      if (!(await channel.write(piece))) break;
    }
  } catch (error) {
    // Without its end the archive must not be taken for a whole one.
    channel.fail(error);
    throw error;
  }
  channel.end();
}

/**
 * Packs files once, to be uploaded to many machines: each upload then only sends. The archive lies in memory until the
 * result is dropped.
 *
 * @throws SessionError `unsafe_path`, `invalid_request` (a file that cannot be read) or `transfer_failed` (a file that
 *   became shorter meanwhile)
 */
export async function prepareUpload(entries: readonly UploadEntry[]): Promise<PreparedUpload> {
  const checked = checkEntries(entries);
  const pieces: Buffer[] = [];
  for await (const piece of await pack(checked)) pieces.push(piece);
  return { pieces, plainNames: hasPlainNames(checked) };
}

async function pack(entries: readonly UploadEntry[]): Promise<AsyncGenerator<Buffer>> {
  const { packArchive } = await import("./pack-archive.ts");
  return packArchive(entries);
}

function isPrepared(entries: readonly UploadEntry[] | PreparedUpload): entries is PreparedUpload {
  return !Array.isArray(entries);
}

/** Whether every name fits a plain tar header. */
function hasPlainNames(entries: readonly UploadEntry[]): boolean {
  // oxlint-disable-next-line no-control-regex -- all of ASCII is meant
  return !entries.some(({ path }) => path.length > 100 || /[^\u0000-\u007f]/.test(path));
}

/** A name that fits no plain tar header goes into a pax header, which busybox's tar does not read: say so before it unpacks nonsense. */
const REFUSE_BUSYBOX = `{ case "$(tar --help 2>&1)" in *BusyBox*)echo "its tar is busybox's, which takes ASCII names of up to 100 bytes only; install GNU tar">&2;false;;esac;}&&`;
