import { basename, dirname, join, parse } from "node:path";

/**
 * Where the last generated text of a file is kept, for telling a person's edits from it: `.generated/<name>` beside the file.
 * Removing that folder loses no edit; every file that differs from the next text is then taken as edited.
 */
export function generatedPath(path: string): string {
  return join(dirname(path), ".generated", basename(path));
}

/** `email_1_proof.new.md`: where a text is laid that could not be merged. */
export function asidePathOf(path: string): string {
  const { dir, name, ext } = parse(path);
  return join(dir, `${name}.new${ext}`);
}

/** The next free `email_1_proof.bak-<n>.md`, given the names in the file's folder. */
export function nextBackupPath(path: string, namesInFolder: readonly string[]): string {
  const { dir, name, ext } = parse(path);
  const taken = namesInFolder
    .filter((other) => other.startsWith(`${name}.bak-`) && other.endsWith(ext))
    .map((other) => Number(other.slice(`${name}.bak-`.length, other.length - ext.length)))
    .filter((number) => Number.isSafeInteger(number));
  return join(dir, `${name}.bak-${Math.max(0, ...taken) + 1}${ext}`);
}
