import { rename } from "node:fs/promises";
import { dirname, join } from "node:path";

import type { GitCall } from "../git/start-git.ts";
import { cloneUpstream } from "./clone-upstream.ts";
import { temporaryFolder } from "../git/temporary-folder.ts";
import type { Upstream } from "./upstream.ts";

/**
 * Clones beside `target` and renames, so that a process that is killed leaves a whole fork or none. Returns false when
 * `target` exists by now: somebody was faster, look again.
 */
export async function createFork(
  upstream: Upstream,
  repo: string,
  target: string,
  call: GitCall,
): Promise<boolean> {
  await using folder = await temporaryFolder(dirname(target));
  const clone = join(folder.path, "fork.git");
  await cloneUpstream(upstream, repo, clone, call);
  call.signal?.throwIfAborted();
  try {
    await rename(clone, target);
    return true;
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    if (["EEXIST", "ENOTEMPTY", "ENOTDIR", "EPERM"].includes(code)) return false;
    throw error;
  }
}
