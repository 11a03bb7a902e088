import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { testGit } from "./test-git.ts";

export interface BundleWork {
  /** Working folder, as a machine has it. */
  readonly folder: string;
  /** The bundle that was harvested from it. */
  readonly bundleFile: string;
  /** The branch's commit. */
  readonly sha: string;
  /** Runs git in the working folder. */
  git(...args: readonly string[]): Promise<string>;
}

/**
 * Does what a machine and a harvest do: clones the fork's bundle into the new folder `folder`, commits one file per
 * name on `branch`, and writes a bundle of what is new.
 */
export async function commitOnBundle(
  forkBundle: string,
  folder: string,
  branch: string,
  names: readonly string[],
): Promise<BundleWork> {
  await testGit("/", "clone", "--quiet", "--template=", "--", forkBundle, folder);
  const git = (...args: readonly string[]): Promise<string> => testGit(folder, ...args);
  const base = await git("rev-parse", "HEAD");
  await git("checkout", "--quiet", "-b", branch);
  for (const name of names) {
    await writeFile(join(folder, name), `optimized ${name}\n`);
    await git("add", "--", name);
    await git("commit", "--quiet", `--message=Optimize ${name}`);
  }
  const bundleFile = `${folder}.bundle`;
  await git("bundle", "create", "--quiet", bundleFile, branch, "--not", base);
  return { folder, bundleFile, sha: await git("rev-parse", "HEAD"), git };
}
