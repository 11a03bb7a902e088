import { forMessage, normalizeInnerPath, requireInnerPath, requireMachinePath } from "../check-path.ts";
import { extractArchive } from "../extract-archive.ts";
import { Intake } from "../intake.ts";
import { quoteSh } from "../quote-sh.ts";
import type { DownloadRequest, DownloadResult } from "../transfer.ts";
import { CommandChannel } from "./command-channel.ts";
import type { Connection } from "./connection.ts";

const IDLE_MS = 120_000;
const MAX_PRELUDE_BYTES = 1024 * 1024;

/**
 * `Session.download`. The machine sends, in one round trip, the names of files above the cap (one line each, then an
 * empty line) and a tar stream of the rest. Of the large files it sends the first bytes afterwards, each on a channel
 * of its own: what is cut off never travels.
 */
export async function download(
  connection: Connection,
  home: string,
  request: DownloadRequest,
): Promise<DownloadResult> {
  const { signal } = request;
  const directory = requireMachinePath(request.directory);
  const wanted = [...new Set(request.paths.map(requireInnerPath))];
  const intake = await Intake.open(request.toDirectory, request.limits, signal);
  if (wanted.length === 0) return { files: [], refused: [] };
  const isWanted = (path: string): boolean =>
    wanted.some((one) => one === "." || path === one || path.startsWith(`${one}/`));
  const options = { home, signal, idleMs: IDLE_MS };

  const channel = await CommandChannel.open(
    connection,
    makeScript(directory, wanted, intake.maxFileBytes),
    options,
  );
  try {
    channel.end();
    const { lines, rest } = await readPrelude(channel);
    let archiveBytes = 0;
    const counted = async function* (): AsyncGenerator<Uint8Array> {
      for await (const piece of rest) {
        archiveBytes += piece.length;
        yield piece;
      }
    };
    if (await extractArchive(counted(), intake, isWanted)) {
      const { exitCode, signal: endedBy } = await channel.exit();
      reportExit(connection, intake, exitCode, endedBy, channel.stderr.toString("utf8"), archiveBytes);
      for (const line of lines) {
        const path = normalizeInnerPath(line.replace(/^large /, ""));
        if (path !== null && isWanted(path) && !intake.has(path))
          await fetchStart(connection, intake, directory, path, options);
      }
    }
  } catch (error) {
    // What came whole is kept; a second failure would only hide the first.
    await intake.finish().catch(() => {});
    throw error;
  } finally {
    // Nothing to end when all was read; otherwise the machine stops sending.
    channel.fail(connection.error("transfer_failed", "The download was ended early."));
  }
  await intake.finish();
  return { files: intake.files, refused: intake.refused };
}

function makeScript(directory: string, wanted: readonly string[], maxFileBytes: number): string {
  return `cd ${quoteSh(directory)} 2>/dev/null || { echo; exit 0; }
set --
for p in ${wanted.map(quoteSh).join(" ")}; do
  if [ -e "./$p" ] || [ -L "./$p" ]; then set -- "$@" "./$p"; fi
done
[ $# -gt 0 ] || { echo; exit 0; }
large=$(find "$@" -type f -size +${maxFileBytes}c 2>/dev/null | head -n 500)
IFS='
'
set -f
# Some builds of busybox's tar cannot leave a file out: there it is cut as it arrives.
if [ -n "$large" ]; then case "$(tar --help 2>&1)" in *--exclude*) ;; *) large= ;; esac; fi
for p in $large; do
  case $p in
  *[*?[\\\\]*) ;;
  *) echo "large $p"; set -- "--exclude=$p" "$@" ;;
  esac
done
echo
exec tar -cf - "$@"`;
}

/** Lines up to the first empty one, and what comes after it. */
async function readPrelude(
  channel: CommandChannel,
): Promise<{ lines: string[]; rest: AsyncIterable<Uint8Array> }> {
  let seen = Buffer.alloc(0);
  let end = -1;
  while (end === -1 && seen.length <= MAX_PRELUDE_BYTES) {
    const piece = await channel.read();
    if (piece === null) break;
    seen = Buffer.concat([seen, piece]);
    end = seen[0] === 0x0a ? 0 : seen.indexOf("\n\n");
  }
  const bodyStart = end === -1 ? seen.length : end === 0 && seen[0] === 0x0a ? 1 : end + 2;
  const body = seen.subarray(bodyStart);
  const lines = seen.subarray(0, Math.max(end, 0)).toString("utf8").split("\n");
  return { lines: lines.filter((line) => line.startsWith("large ")), rest: follow(body, channel) };
}

async function* follow(first: Uint8Array, channel: CommandChannel): AsyncGenerator<Uint8Array> {
  if (first.length > 0) yield first;
  yield* channel;
}

/** What GNU tar says of files that change while they are read: they are whole as far as they went. */
const HARMLESS =
  /file changed as we read it|file removed before we read it|File shrank by|Exiting with failure status/;

/**
 * tar says 1 or 2 when some files could not be read or changed meanwhile; the others are whole. Without a single byte it
 * did not come as far as an archive.
 */
function reportExit(
  connection: Connection,
  intake: Intake,
  exitCode: number | null,
  endedBy: string | null,
  stderr: string,
  archiveBytes: number,
): void {
  if (exitCode === 0) return;
  if ((exitCode === 1 || exitCode === 2) && archiveBytes > 0) {
    const lines = stderr.split("\n").filter((line) => line.trim() !== "" && !HARMLESS.test(line));
    for (const line of lines.slice(0, 20)) intake.refuse("(tar)", line);
    return;
  }
  throw connection.error(
    "transfer_failed",
    `tar on ${connection.host} ended with ${endedBy === null ? `status ${exitCode}` : `signal ${endedBy}`}: ${forMessage(stderr) || "no message"}. Files that came whole were kept; try again.`,
  );
}

/** Fetches the first bytes of a file that is larger than the cap. */
async function fetchStart(
  connection: Connection,
  intake: Intake,
  directory: string,
  path: string,
  options: { readonly home: string; readonly signal: AbortSignal | undefined; readonly idleMs: number },
): Promise<void> {
  const maxBytes = Math.min(intake.maxFileBytes, intake.maxTotalBytes - intake.totalBytes);
  if (maxBytes <= 0 || intake.fileCount >= intake.maxFiles) {
    intake.refuse(path, "the caps on bytes or files were reached before it");
    return;
  }
  const file = quoteSh(`./${path}`);
  const script = `cd ${quoteSh(directory)}&&[ -f ${file} ]&&wc -c <${file}&&echo&&head -c ${maxBytes} ${file}`;
  const channel = await CommandChannel.open(connection, script, options);
  try {
    channel.end();
    let seen = Buffer.alloc(0);
    let lineEnd = -1;
    while (lineEnd === -1) {
      const piece = await channel.read();
      if (piece === null) return; // It vanished.
      seen = Buffer.concat([seen, piece]);
      lineEnd = seen.indexOf("\n\n");
    }
    const declared = Number(seen.subarray(0, lineEnd).toString("latin1").trim());
    await intake.writeFile(
      path,
      follow(seen.subarray(lineEnd + 2), channel),
      maxBytes,
      Number.isFinite(declared) ? declared : Infinity,
    );
  } finally {
    channel.fail(connection.error("transfer_failed", "The download was ended early."));
  }
}
