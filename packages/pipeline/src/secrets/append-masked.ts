import { open } from "node:fs/promises";
import type { SecretFinding } from "./finding.ts";
import type { SecretScanner } from "./scanner.ts";

/**
 * Appends a piece of a stream to a file with its secrets masked, also those that began in the piece before: lengths never
 * change, so the file's size stays the offset in the stream. A known value is found wherever pieces are cut; what only looks like a
 * secret is found whole when pieces end with lines.
 *
 * @param offset the file's size, where the piece begins
 */
export async function appendMasked(
  file: string,
  offset: number,
  piece: Buffer,
  scanner: SecretScanner,
  where: string,
): Promise<readonly SecretFinding[]> {
  await using handle = await open(file, offset === 0 ? "w" : "r+");
  const start = Math.max(0, offset - scanner.overlap);
  const before = Buffer.alloc(offset - start);
  if (before.length > 0) await handle.read(before, 0, before.length, start);
  const bytes = Buffer.concat([before, piece]);
  const findings = scanner.mask(bytes, where);
  const changedBefore = findings.length > 0 && !bytes.subarray(0, before.length).equals(before);
  if (changedBefore) await handle.write(bytes, 0, bytes.length, start);
  else await handle.write(bytes, before.length, piece.length, offset);
  return findings;
}
