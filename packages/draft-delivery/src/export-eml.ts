import { randomUUID } from "node:crypto";
import { lstat, open, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { DeliveryError } from "./errors.ts";

/**
 * Writes a composed message beside its draft: `emails/email_1_proof.md` gives `emails/email_1_proof.eml`, which a mail program opens
 * as an unsent message. An older export is replaced whole; nothing else is, and links are not followed.
 *
 * @param draftPath the draft's file
 * @param eml text of `composeEml`
 * @returns the file's path
 * @throws DeliveryError `unwritable`
 */
export async function exportEml(draftPath: string, eml: string): Promise<string> {
  const folder = dirname(draftPath);
  const path = join(folder, `${basename(draftPath).replace(/\.md$/i, "")}.eml`);
  const staged = join(folder, `.${basename(path)}.${randomUUID()}`);
  try {
    const there = await lstat(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return null;
      throw error;
    });
    if (there !== null && !there.isFile()) throw new Error("it is not an ordinary file");
    // wx: a link that somebody laid there is not written through.
    await using file = await open(staged, "wx", 0o600);
    await file.writeFile(eml, "latin1");
    await file.sync();
    await rename(staged, path);
    return path;
  } catch (cause) {
    await rm(staged, { force: true }).catch(() => undefined);
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new DeliveryError(
      `${path} cannot be written (${reason}). Make room, or remove what is there, and export again.`,
      {
        code: "unwritable",
        cause,
      },
    );
  }
}
