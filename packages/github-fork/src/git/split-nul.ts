/**
 * Cuts a stream of bytes at NULs into text. A field longer than `maxBytes` is cut there, so that memory stays flat
 * whatever comes; bytes that are no UTF-8 become U+FFFD.
 */
export async function* splitNul(
  chunks: AsyncIterable<Buffer>,
  maxBytes: number,
): AsyncGenerator<string, void, undefined> {
  let parts: Buffer[] = [];
  let size = 0;
  const keep = (bytes: Buffer): void => {
    const room = maxBytes - size;
    if (room <= 0 || bytes.length === 0) return;
    const part = Buffer.from(bytes.subarray(0, room));
    parts.push(part);
    size += part.length;
  };
  for await (const chunk of chunks) {
    let from = 0;
    for (let nul = chunk.indexOf(0); nul >= 0; nul = chunk.indexOf(0, from)) {
      keep(chunk.subarray(from, nul));
      yield Buffer.concat(parts).toString("utf8");
      parts = [];
      size = 0;
      from = nul + 1;
    }
    keep(chunk.subarray(from));
  }
  if (size > 0) yield Buffer.concat(parts).toString("utf8");
}
