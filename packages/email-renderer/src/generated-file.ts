import { readdir, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { asidePathOf, generatedPath, nextBackupPath } from "./generated-path.ts";
import {
  changing,
  ensureWorkFolder,
  isUntouched,
  readTextOrNull,
  stage,
  statOrdinary,
  writeAtomically,
  type FoundFile,
} from "./safe-file.ts";

/*
 * A generated file and the record of what was generated, changed together.
 *
 *   email_1_proof.md                   the draft; a person may edit it
 *   .generated/email_1_proof.md        the record: the draft as generated, before any edit
 *   .generated/email_1_proof.md.draft  the next draft, complete
 *   .generated/email_1_proof.md.next   the next record, complete
 *
 * Two files cannot change at once, and either order alone is wrong: with the record first, an old draft passes for an edit
 * of the new text; with the draft first, so does the new draft for an edit of the old one. So every change goes
 *
 *   1  write .draft        2  write .next        3  rename .draft to the draft        4  rename .next to the record
 *
 * and whatever is left after a kill says where it stopped:
 *
 *   .draft  .next   meaning                         recovery
 *   no      no      nothing under way               none
 *   yes     no      stopped before 2                drop .draft
 *   yes     yes     stopped before 3                drop .next, then .draft
 *   no      yes     the draft is the new one        do 4
 *
 * What a person does to the draft between the kill and the recovery does not matter.
 *
 * A text that could not be merged lies in `email_1_proof.new.md`, with its copy in `.generated/….offered` (written second).
 * A person who has taken from it what is wanted removes the .new.md: the record is then the offered text, and the
 * difference between it and the draft is the person's.
 */
interface Places {
  readonly record: string;
  readonly draft: string;
  readonly next: string;
  readonly offered: string;
  readonly aside: string;
  readonly folder: string;
}

function placesOf(path: string): Places {
  const record = generatedPath(path);
  return {
    record,
    draft: `${record}.draft`,
    next: `${record}.next`,
    offered: `${record}.offered`,
    aside: asidePathOf(path),
    folder: dirname(record),
  };
}

/**
 * The last generated text of a file, against which its edits are told; null: none known. Reads only, also after a kill in
 * the middle of a write.
 *
 * @throws TemplateError `unreadable`
 */
export async function readGenerated(path: string): Promise<string | null> {
  const places = placesOf(path);
  if ((await statOrdinary(places.draft)) === null) {
    const next = await readTextOrNull(places.next);
    if (next !== null) return next;
  }
  const offered = await readTextOrNull(places.offered);
  if (offered !== null && (await statOrdinary(places.aside)) === null) return offered;
  return await readTextOrNull(places.record);
}

/** Finishes or undoes what a kill interrupted. */
export async function recover(path: string): Promise<void> {
  const places = placesOf(path);
  await ensureWorkFolder(places.folder);
  await changing(places.record, async () => {
    await removeStrays(places);
    const draftWaits = (await statOrdinary(places.draft)) !== null;
    const nextWaits = (await statOrdinary(places.next)) !== null;
    if (nextWaits && !draftWaits) return await rename(places.next, places.record);
    if (nextWaits) await rm(places.next);
    if (draftWaits) await rm(places.draft);
  });
}

/**
 * Replaces the draft and its record. False, with nothing changed: somebody changed the draft after `found` was read.
 * The last look and the rename are two system calls; a save between the two would be lost.
 */
export async function commit(
  path: string,
  found: FoundFile | null,
  draft: string,
  generated: string,
): Promise<boolean> {
  const places = placesOf(path);
  // Side by side: waiting for the disk is what a write costs.
  const mode = found === null ? 0o666 : found.stats.mode & 0o777;
  const [stagedDraft, stagedNext] = await Promise.all([
    stage(places.draft, draft, places.folder, mode),
    stage(places.next, generated, places.folder),
  ]);
  return await changing(path, async () => {
    await rename(stagedDraft, places.draft);
    await rename(stagedNext, places.next);
    if (!(await isUntouched(path, found?.stats ?? null))) {
      await rm(places.next);
      await rm(places.draft);
      return false;
    }
    await rename(places.draft, path);
    await rename(places.next, places.record);
    return true;
  });
}

/** Changes the record alone: the draft is right as it is. */
export async function recordGenerated(path: string, generated: string): Promise<void> {
  const places = placesOf(path);
  if ((await readTextOrNull(places.record)) === generated) return;
  await writeAtomically(places.record, generated, places.folder);
}

/** Lays a text beside the draft. The aside comes first: an offer without it would pass for one that was dealt with. */
export async function offerAside(path: string, text: string): Promise<string> {
  const places = placesOf(path);
  if ((await readTextOrNull(places.aside)) !== text) {
    await withdrawAside(path);
    await writeAtomically(places.aside, text, places.folder);
  }
  if ((await readTextOrNull(places.offered)) !== text)
    await writeAtomically(places.offered, text, places.folder);
  return places.aside;
}

/** Removes an aside that is out of date. One that a person wrote in becomes a backup. */
export async function withdrawAside(path: string): Promise<void> {
  const places = placesOf(path);
  const offered = await readTextOrNull(places.offered);
  const asideIsThere = (await statOrdinary(places.aside)) !== null;
  if (offered === null && !asideIsThere) return;
  const edited = asideIsThere && (await readTextOrNull(places.aside)) !== offered;
  await changing(places.aside, async () => {
    if (edited) await rename(places.aside, await freeBackupPath(path));
    await rm(places.offered, { force: true });
    await rm(places.aside, { force: true });
  });
}

/** Copies what a person wrote to the next free `<name>.bak-<n>.md`, byte for byte. */
export async function backUp(path: string, bytes: Uint8Array): Promise<string> {
  const backupPath = await freeBackupPath(path);
  await writeAtomically(backupPath, bytes, placesOf(path).folder);
  return backupPath;
}

async function freeBackupPath(path: string): Promise<string> {
  return nextBackupPath(path, await changing(path, () => readdir(dirname(path))));
}

// Temporary files of a killed process. Only old ones: another file's may be in use.
async function removeStrays(places: Places): Promise<void> {
  const hourAgo = Date.now() - 3_600_000;
  for (const name of await readdir(places.folder)) {
    if (!name.endsWith(".tmp")) continue;
    const stray = join(places.folder, basename(name));
    const stats = await stat(stray).catch(() => null);
    if (stats !== null && stats.mtimeMs < hourAgo) await rm(stray, { force: true });
  }
}
