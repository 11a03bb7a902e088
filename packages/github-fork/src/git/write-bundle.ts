import { rename } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";

import { git } from "./run-git.ts";
import type { GitCall } from "./start-git.ts";
import type { Fork } from "../provider.ts";
import { scratchClone } from "./scratch-clone.ts";
import { temporaryFolder } from "./temporary-folder.ts";

/**
 * Writes a bundle of the default branch at the fork's base, with HEAD, so that `git clone FILE` checks it out, and with
 * the tags of its history, which many projects read their version from; and `also`, a branch of the fork at a commit. The
 * file appears whole or not at all.
 */
export async function writeBundle(
  fork: Fork,
  forkPath: string,
  file: string,
  call: GitCall,
  also: { readonly branch: string; readonly sha: string } | null = null,
): Promise<void> {
  const target = resolve(file);
  await using folder = await temporaryFolder(dirname(target));
  const gitDir = await scratchClone(forkPath, folder.path, call);
  const here = { ...call, gitDir };
  const branch = `refs/heads/${fork.defaultBranch}`;
  // The branch may have moved on since the run began; the base stays what it was.
  await git(["update-ref", branch, fork.baseSha], here);
  await git(["symbolic-ref", "HEAD", branch], here);
  const more = also === null ? [] : [`refs/heads/${also.branch}`];
  if (also !== null) await git(["update-ref", `refs/heads/${also.branch}`, also.sha], here);
  const tags = join(folder.path, "tags");
  await git(["for-each-ref", `--merged=${fork.baseSha}`, "--format=%(refname)", "refs/tags/"], {
    ...here,
    outputFile: tags,
  });
  const bundle = join(folder.path, "fork.bundle");
  await git(["bundle", "create", "--quiet", bundle, "HEAD", branch, ...more, "--stdin"], {
    ...here,
    inputFile: tags,
  });
  await rename(bundle, target);
}
