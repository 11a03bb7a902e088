import type { FileHandle } from "node:fs/promises";

/** What a bundle says of itself, before its pack. */
export interface BundleHeader {
  /** Branches and the like, with the commit each has in the bundle. */
  readonly refs: ReadonlyMap<string, string>;
  /** Where the pack begins, in bytes. */
  readonly packOffset: number;
}

const longest = 1024 * 1024;
const refLine = /^([0-9a-f]{40}) (refs\/[^ ]+|HEAD)$/;
const prerequisiteLine = /^-[0-9a-f]{40}( |$)/;

/**
 * Reads the head of a git bundle (gitformat-bundle(5), versions 2 and 3) without trusting it. Returns words on what is
 * wrong instead when it is none, is cut off, has more than 1 MiB of head, or is filtered or not SHA-1.
 */
export async function readBundleHeader(file: FileHandle): Promise<BundleHeader | string> {
  const head = await readHead(file);
  if (head === null) return "it has no complete bundle header";
  const [signature, ...lines] = head.toString("utf8").split("\n");
  if (signature !== "# v2 git bundle" && signature !== "# v3 git bundle") return "it is no git bundle";
  const refs = new Map<string, string>();
  for (const line of lines) {
    const [, sha, name] = refLine.exec(line) ?? [];
    if (sha !== undefined && name !== undefined) refs.set(name, sha);
    else if (!prerequisiteLine.test(line) && line !== "@object-format=sha1") {
      return "its header has a line that is not expected (filtered and SHA-256 bundles are not taken)";
    }
  }
  return { refs, packOffset: head.length + 2 };
}

async function readHead(file: FileHandle): Promise<Buffer | null> {
  let head = Buffer.alloc(0);
  while (head.length < longest) {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(64 * 1024), 0, 64 * 1024, head.length);
    head = Buffer.concat([head, buffer.subarray(0, bytesRead)]);
    const end = head.indexOf("\n\n");
    if (end >= 0) return head.subarray(0, end);
    // Not even the beginning of one: do not read on through gigabytes of something else.
    if (bytesRead === 0 || head[0] !== 0x23) return null;
  }
  return null;
}
