import { requireMachinePath } from "../check-path.ts";
import { quoteSh } from "../quote-sh.ts";
import type { Tail } from "../session.ts";
import { CommandChannel } from "./command-channel.ts";
import type { Connection } from "./connection.ts";

const DEFAULT_MAX_BYTES = 1024 * 1024;
const TIMEOUT_MS = 60_000;

/** `Session.tail`: the size on a line, then the piece, as they are; a channel of its own carries any byte. */
export async function tail(
  connection: Connection,
  home: string,
  path: string,
  offset: number,
  options: { readonly maxBytes?: number; readonly signal?: AbortSignal },
): Promise<Tail | null> {
  const maxBytes = options.maxBytes ?? DEFAULT_MAX_BYTES;
  if (!Number.isSafeInteger(offset) || offset < 0 || !Number.isSafeInteger(maxBytes) || maxBytes < 0) {
    throw connection.error(
      "invalid_request",
      `tail takes whole numbers from 0 on as offset and maxBytes; it got ${offset} and ${maxBytes}.`,
    );
  }
  const checked = requireMachinePath(path);
  const script =
    `f=${quoteSh(checked.startsWith("/") ? checked : `./${checked}`)};[ -f "$f" ]||exit 0;wc -c <"$f";` +
    (maxBytes === 0 ? "" : `tail -c +${offset + 1} "$f"|head -c ${maxBytes}`);
  const channel = await CommandChannel.open(connection, script, {
    home,
    signal: options.signal,
    timeoutMs: TIMEOUT_MS,
  });
  channel.end();
  const pieces: Buffer[] = [];
  for await (const piece of channel) pieces.push(piece);
  const { exitCode } = await channel.exit();
  const all = Buffer.concat(pieces);
  const lineEnd = all.indexOf("\n");
  if (all.length === 0 && exitCode === 0) return null;
  const size = Number(all.subarray(0, lineEnd).toString("latin1").trim());
  if (lineEnd === -1 || !Number.isSafeInteger(size)) {
    throw connection.error(
      "transfer_failed",
      `${path} on ${connection.host} could not be read: ${channel.stderr.toString("utf8").trim().slice(0, 300) || `exit status ${exitCode}`}.`,
    );
  }
  const data = all.subarray(lineEnd + 1, lineEnd + 1 + maxBytes);
  const nextOffset = offset + data.length;
  // The file may have grown between the two reads.
  return { data, nextOffset, size: data.length > 0 ? Math.max(size, nextOffset) : size };
}
