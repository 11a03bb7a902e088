import { join } from "node:path";

import { git } from "./run-git.ts";
import type { GitCall } from "./start-git.ts";

/**
 * Makes a bare repository in `folder` that has the fork's branches and tags and borrows its objects: it costs no copy
 * of them, and what is unpacked into it does not touch the fork.
 */
export async function scratchClone(forkPath: string, folder: string, call: GitCall): Promise<string> {
  const path = join(folder, "scratch.git");
  await git(["clone", "--bare", "--quiet", "--shared", "--template=", "--", forkPath, path], call);
  return path;
}
