import type { Readable, Writable } from "node:stream";
import type { ServerChannel } from "ssh2";

/**
 * Sends a program's two outputs over one channel, waiting for the reader; resolves when both have ended and
 * everything is sent, or when the channel has closed.
 *
 * One piece at a time, whichever output it comes from. ssh2 1.17 keeps the piece that waited for the reader after
 * it was sent; when the other output has to wait next, it sends the old piece again. So it is made to forget.
 */
export async function pumpOutputs(channel: ServerChannel, stdout: Readable, stderr: Readable): Promise<void> {
  let closed = false;
  let giveUp = (): void => {};
  channel.on("close", () => {
    closed = true;
    giveUp(); // ssh2 never calls back for a write to a closed channel
    stdout.destroy();
    stderr.destroy();
  });

  const send = async (to: Writable, piece: Buffer): Promise<void> => {
    if (closed) return;
    for (const field of ["_chunk", "_chunkcb", "_chunkErr", "_chunkcbErr"])
      Reflect.set(channel, field, undefined);
    await new Promise<void>((resolve) => {
      giveUp = resolve;
      to.write(piece, () => resolve());
    });
  };

  let turn: Promise<void> = Promise.resolve();
  const pump = async (from: Readable, to: Writable): Promise<void> => {
    try {
      for await (const piece of from) {
        turn = turn.then(() => send(to, piece));
        await turn;
      }
    } catch {
      // the channel closed, and the output with it
    }
  };
  await Promise.all([pump(stdout, channel), pump(stderr, channel.stderr)]);
}
