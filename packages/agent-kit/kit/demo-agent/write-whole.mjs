import { rename, writeFile } from "node:fs/promises";

/** Writes a file so that a reader, or a kill, never meets half of it. */
export async function writeWhole(file, text) {
  await writeFile(`${file}.new`, text);
  await rename(`${file}.new`, file);
}
