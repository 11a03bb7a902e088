import type { Readable } from "node:stream";

export interface CgiHead {
  readonly status: number;
  readonly headers: Record<string, string>;
  /** What came after the head in the same read. */
  readonly rest: Buffer;
}

const longestHead = 64 * 1024;

/** Reads a CGI program's head from its output and leaves the stream where the body goes on; null: it ended before. */
export function readCgiHead(stream: Readable): Promise<CgiHead | null> {
  return new Promise((resolve, reject) => {
    let seen: Buffer = Buffer.alloc(0);
    const finish = (result: CgiHead | null): void => {
      stream.off("data", onData).off("end", onEnd).off("error", reject);
      resolve(result);
    };
    const onEnd = (): void => finish(null);
    const onData = (chunk: Buffer): void => {
      seen = Buffer.concat([seen, chunk]);
      const end = seen.indexOf("\r\n\r\n");
      if (end < 0 && seen.length < longestHead) return;
      stream.pause();
      finish(end < 0 ? null : parseHead(seen.toString("latin1", 0, end), seen.subarray(end + 4)));
    };
    stream.on("data", onData).on("end", onEnd).on("error", reject);
  });
}

function parseHead(text: string, rest: Buffer): CgiHead {
  const headers: Record<string, string> = {};
  let status = 200;
  for (const line of text.split("\r\n")) {
    const colon = line.indexOf(":");
    const name = line.slice(0, colon).toLowerCase();
    const value = line.slice(colon + 1).trim();
    if (name === "status") status = Number.parseInt(value, 10);
    else headers[name] = value;
  }
  return { status, headers, rest };
}
