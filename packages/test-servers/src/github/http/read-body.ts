import type { IncomingMessage } from "node:http";

const largest = 10 * 1024 * 1024;

/** A request's body; throws when it is larger than 10 MiB. */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > largest) throw new Error("the body is larger than 10 MiB");
    parts.push(part);
  }
  return Buffer.concat(parts);
}
