import { createHash } from "node:crypto";
import { constants } from "node:fs";
import { lstat, open, readdir } from "node:fs/promises";
import { join } from "node:path";
import { normalizeInnerPath } from "./check-path.ts";

/** A file's end by which the machine's file is known to be the same one. */
const OVERLAP_BYTES = 4096;

/**
 * What lies here already, in the form that `sha256sum -c` reads: `DIGEST  ./PATH`. Regular files only, reached through no
 * link; names that the form cannot hold are left out, and so come again.
 */
export async function listDigests(
  root: string,
  wanted: readonly string[],
  limits: { readonly maxFiles: number; readonly maxFileBytes: number },
): Promise<string> {
  const lines: string[] = [];
  const visit = async (path: string): Promise<void> => {
    if (lines.length >= limits.maxFiles) return;
    const stat = await lstat(join(root, path)).catch(() => null);
    if (stat?.isDirectory() === true) {
      for (const name of await readdir(join(root, path)).catch(() => []))
        await visit(path === "." ? name : `${path}/${name}`);
    } else if (stat?.isFile() === true && stat.size <= limits.maxFileBytes) {
      if (normalizeInnerPath(path) !== path || !(await passesNoLink(root, path))) return;
      const digest = await digestFile(join(root, path)).catch(() => null);
      if (digest !== null) lines.push(`${digest}  ./${path}\n`);
    }
  };
  for (const path of wanted) await visit(path);
  return lines.join("");
}

/** Where the next bytes of a growing file begin, and how the machine can tell that its file is still the same. */
export interface GrowthStart {
  readonly path: string;
  /** Our file's size; 0 when there is none. */
  readonly bytes: number;
  /** The last so many bytes have the digest. */
  readonly overlapBytes: number;
  readonly digest: string;
}

export async function findGrowthStart(root: string, path: string): Promise<GrowthStart> {
  const none = { path, bytes: 0, overlapBytes: 0, digest: "" };
  const file = await open(join(root, path), constants.O_RDONLY | constants.O_NOFOLLOW).catch(() => null);
  if (file === null) return none;
  try {
    const stat = await file.stat();
    if (!stat.isFile() || stat.size === 0) return none;
    const overlap = Buffer.alloc(Math.min(OVERLAP_BYTES, stat.size));
    await file.read(overlap, 0, overlap.length, stat.size - overlap.length);
    const digest = createHash("sha256").update(overlap).digest("hex");
    return { path, bytes: stat.size, overlapBytes: overlap.length, digest };
  } finally {
    await file.close();
  }
}

async function passesNoLink(root: string, path: string): Promise<boolean> {
  const names = path.split("/").slice(0, -1);
  for (let depth = 1; depth <= names.length; depth++) {
    const stat = await lstat(join(root, ...names.slice(0, depth)));
    if (!stat.isDirectory()) return false;
  }
  return true;
}

async function digestFile(file: string): Promise<string> {
  await using handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW);
  const hash = createHash("sha256");
  for await (const piece of handle.createReadStream({
    highWaterMark: 256 * 1024,
    autoClose: false,
  }) as AsyncIterable<Buffer>)
    hash.update(piece);
  return hash.digest("hex");
}
