import {
  backUp,
  commit,
  offerAside,
  readGenerated,
  recordGenerated,
  recover,
  withdrawAside,
} from "./generated-file.ts";
import { mergeText } from "./merge-text.ts";
import { readOrdinary } from "./safe-file.ts";
import { TemplateError } from "./template-error.ts";
import type { ProtectedWriteResult } from "./types.ts";

/** What `writeProtected` takes. */
export interface ProtectedWrite {
  /** The draft: `results/project-001/emails/email_1_proof.md`. Its folder is created. */
  readonly path: string;
  /** The newly generated text. */
  readonly text: string;
  /** The last generated text; null: none known; left out: `readGenerated(path)`. */
  readonly base?: string | null;
  /** Overwrite what a person wrote, after a backup. */
  readonly replace?: boolean;
}

/**
 * Writes a generated text without ever losing a person's edit. The edits are what differs between the file and the last
 * generated text; they are merged by lines with the new one. A file that was removed is written again. A file of which no
 * generated text is known counts as edited throughout.
 *
 * Where both touched the same lines, the file stays and the new text is laid into `<name>.new.md`; remove that one when you
 * have taken from it what you want. `replace` overwrites, after a copy to `<name>.bak-<n>.md`.
 *
 * A kill at any moment leaves the old file or the new one, whole; the next call carries on. Links are never followed. One
 * process at a time may write a file.
 *
 * @throws TemplateError `unreadable` (a link, a folder), `unwritable`, `limit` (over 1 MiB)
 */
export async function writeProtected(write: ProtectedWrite): Promise<ProtectedWriteResult> {
  const { path, text } = write;
  await recover(path);
  const base = write.base === undefined ? await readGenerated(path) : write.base;
  // Each round starts from what a person has just saved.
  for (let round = 0; round < 5; round += 1) {
    const result = await writeOnce(path, text, base, write.replace ?? false);
    if (result !== null) return result;
  }
  throw new TemplateError("the file keeps changing while it is written. Close the editor and run again.", {
    code: "unwritable",
    file: path,
  });
}

/** null: the file changed meanwhile. */
async function writeOnce(
  path: string,
  text: string,
  base: string | null,
  replace: boolean,
): Promise<ProtectedWriteResult | null> {
  const found = await readOrdinary(path);

  async function settle(
    draft: string | null,
    kind: "written" | "unchanged" | "merged",
  ): Promise<ProtectedWriteResult | null> {
    if (draft === null) await recordGenerated(path, text);
    else if (!(await commit(path, found, draft, text))) return null;
    await withdrawAside(path);
    return { kind };
  }

  if (found === null) return await settle(text, "written");
  if (found.text === text) return await settle(null, "unchanged");
  if (found.text !== null && found.text === base) return await settle(text, "written");
  if (replace) {
    const backupPath = await backUp(path, found.bytes);
    return (await settle(text, "written")) && { kind: "replaced", backupPath };
  }
  if (base === text) return await settle(null, "unchanged");
  const merged = base === null || found.text === null ? null : mergeText(base, found.text, text);
  if (merged === null) return { kind: "conflict", asidePath: await offerAside(path, text) };
  return await settle(merged === found.text ? null : merged, "merged");
}
