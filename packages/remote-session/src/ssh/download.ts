import { randomUUID } from "node:crypto";
import { forMessage, normalizeInnerPath, requireInnerPath, requireMachinePath } from "../check-path.ts";
import { extractArchive } from "../extract-archive.ts";
import { Intake } from "../intake.ts";
import { findGrowthStart, type GrowthStart, listDigests } from "../local-copy.ts";
import { quoteSh } from "../quote-sh.ts";
import type { DownloadRequest, DownloadResult, GrownFile } from "../transfer.ts";
import { CommandChannel } from "./command-channel.ts";
import type { Connection } from "./connection.ts";
import { makeDownloadScript } from "./download-script.ts";
import { PieceReader } from "./piece-reader.ts";

const IDLE_MS = 120_000;

/**
 * `Session.download`. One round trip: the machine gets what we have (digests, and where growing files end), and sends
 * what it decides on. Of files above the cap it sends the first bytes afterwards, each on a channel of its own: what is
 * cut off never travels.
 */
export async function download(
  connection: Connection,
  home: string,
  request: DownloadRequest,
): Promise<DownloadResult> {
  const { signal } = request;
  const directory = requireMachinePath(request.directory);
  const wanted = [...new Set(request.paths.map(requireInnerPath))];
  const growing = [...new Set((request.appendOnly ?? []).map(requireInnerPath))];
  const intake = await Intake.open(request.toDirectory, request.limits, signal);
  if (wanted.length + growing.length === 0) return { files: [], refused: [] };
  const isWanted = (path: string): boolean =>
    !growing.includes(path) &&
    wanted.some((one) => one === "." || path === one || path.startsWith(`${one}/`));
  const options = { home, signal, idleMs: IDLE_MS };
  const digests = request.skipUnchanged === true ? await listDigests(intake.root, wanted, intake) : "";
  const starts = await Promise.all(growing.map((path) => findGrowthStart(intake.root, path)));
  const mark = randomUUID();

  const script = makeDownloadScript({
    directory,
    wanted,
    maxFileBytes: intake.maxFileBytes,
    digests: digests !== "",
    growing: starts,
    maxGrowthBytes: intake.maxTotalBytes,
    mark,
  });
  const channel = await CommandChannel.open(connection, script, options);
  const unchanged: string[] = [];
  const grown: GrownFile[] = [];
  try {
    channel.end(digests);
    const reader = new PieceReader(channel);
    const large: string[] = [];
    for (let line = await reader.line(); line !== null && line !== ""; line = await reader.line()) {
      const [, word, path = ""] = /^(large|same) (?:\.\/)?(.*)$/.exec(line) ?? [];
      if (word === "large") large.push(path);
      // Only what we have can be the same as ours.
      else if (word === "same" && digests.includes(`  ./${path}\n`)) unchanged.push(path);
      else if (line.startsWith("grow ")) {
        const file = await takeGrowth(connection, intake, starts, line, reader, mark);
        if (file !== null) grown.push(file);
      }
    }
    let archiveBytes = 0;
    const counted = async function* (): AsyncGenerator<Uint8Array> {
      for await (const piece of reader.rest()) {
        archiveBytes += piece.length;
        yield piece;
      }
    };
    if (await extractArchive(counted(), intake, isWanted)) {
      const { exitCode, signal: endedBy } = await channel.exit();
      reportExit(connection, intake, exitCode, endedBy, channel.stderr.toString("utf8"), archiveBytes);
      for (const name of large) {
        const path = normalizeInnerPath(name);
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
  return {
    files: intake.files,
    refused: intake.refused,
    ...(request.skipUnchanged === true ? { unchanged } : {}),
    ...(request.appendOnly === undefined ? {} : { grown }),
  };
}

/** Takes what a growing file has got: `grow FROM COUNT SIZE PATH`, the bytes, an empty line, the mark. */
async function takeGrowth(
  connection: Connection,
  intake: Intake,
  starts: readonly GrowthStart[],
  line: string,
  reader: PieceReader,
  mark: string,
): Promise<GrownFile | null> {
  const [, from, count, size, path] = /^grow (\d{1,15}) (\d{1,15}) (\d{1,15}) (.*)$/.exec(line) ?? [];
  const start = starts.find((one) => one.path === path);
  const counted = Number(count);
  if (
    start === undefined ||
    (Number(from) !== 0 && Number(from) !== start.bytes) ||
    (counted > 0 && Number(from) + counted > intake.maxFileBytes) ||
    counted > intake.maxTotalBytes
  ) {
    throw connection.error(
      "transfer_failed",
      `${connection.host} announced ${forMessage(line)}, which was not asked for. Try again.`,
    );
  }
  return await intake.growFile(start, Number(from), Number(size), reader.bytes(counted), async () => {
    if ((await reader.line()) === "" && (await reader.line()) === mark) return;
    throw connection.error(
      "transfer_failed",
      `${start.path} on ${connection.host} was cut short while it was read; what came of it was taken back. Try again.`,
    );
  });
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
    const reader = new PieceReader(channel);
    const declared = Number((await reader.line())?.trim());
    if ((await reader.line()) !== "") return; // It vanished.
    await intake.writeFile(path, reader.rest(), maxBytes, Number.isFinite(declared) ? declared : Infinity);
  } finally {
    channel.fail(connection.error("transfer_failed", "The download was ended early."));
  }
}
