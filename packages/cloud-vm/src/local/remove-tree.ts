import { chmod, lstat, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { hasCode, isMissing } from "./machine-folder.ts";

/**
 * Removes a folder with everything in it, also folders that were made read-only (module caches do that), and never
 * anything that a link points to. Removing what does not exist succeeds.
 */
export async function removeTree(path: string): Promise<void> {
  try {
    await rm(path, { recursive: true, force: true, maxRetries: 3, retryDelay: 50 });
  } catch (error) {
    if (!hasCode(error, "EACCES", "EPERM", "ENOTEMPTY")) throw error;
    await makeWritable(path);
    await rm(path, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  }
}

async function makeWritable(path: string): Promise<void> {
  try {
    if (!(await lstat(path)).isDirectory()) return;
    await chmod(path, 0o700);
    for (const name of await readdir(path)) await makeWritable(join(path, name));
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}
