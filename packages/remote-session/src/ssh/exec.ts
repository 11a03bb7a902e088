import type { ExecOptions, ExecResult } from "../session.ts";
import { CommandChannel } from "./command-channel.ts";
import type { Connection } from "./connection.ts";

const DEFAULT_TIMEOUT_MS = 60_000;
const DEFAULT_MAX_OUTPUT_BYTES = 8 * 1024 * 1024;

/** `Session.exec` on one connection. */
export async function exec(
  connection: Connection,
  home: string,
  command: string,
  options: ExecOptions = {},
): Promise<ExecResult> {
  options.signal?.throwIfAborted();
  const maxBytes = options.maxOutputBytes ?? DEFAULT_MAX_OUTPUT_BYTES;
  const overflow = (): Error =>
    connection.error(
      "output_too_large",
      `A command printed more than ${maxBytes} bytes. Raise maxOutputBytes, or write to a file and download it.`,
    );
  const channel = await CommandChannel.open(connection, command, {
    home,
    signal: options.signal,
    timeoutMs: options.timeoutMs ?? DEFAULT_TIMEOUT_MS,
    maxStderrBytes: maxBytes,
    stderrOverflow: overflow as () => ReturnType<Connection["error"]>,
  });
  channel.end(options.stdin);
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of channel) {
    pieces.push(piece);
    bytes += piece.length;
    if (bytes > maxBytes) {
      const error = overflow();
      channel.fail(error);
      throw error;
    }
  }
  const { exitCode, signal } = await channel.exit();
  return {
    exitCode,
    signal,
    stdout: Buffer.concat(pieces).toString("utf8"),
    stderr: channel.stderr.toString("utf8"),
  };
}
