import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { testGit } from "./test-git.ts";

export interface UpstreamOptions {
  /** Commits on the default branch. Default: 3. 0 makes an empty repository. */
  readonly commits?: number;
  /** Default: main. */
  readonly branch?: string;
  /** Makes two repositories of the same shape differ. */
  readonly content?: string;
}

export interface UpstreamRepository {
  readonly path: string;
  readonly defaultBranch: string;
  /** The default branch's commit; empty for an empty repository. */
  readonly head: string;
  /** Runs git in it. */
  git(...args: readonly string[]): Promise<string>;
  /** Commits one more file on the current branch; resolves to the commit. */
  commit(name: string, text?: string): Promise<string>;
}

/** Makes a repository with a working tree in the new folder `path`, with a tag `v1` on its first commit. */
export async function makeUpstream(path: string, options: UpstreamOptions = {}): Promise<UpstreamRepository> {
  const { commits = 3, branch = "main", content = "text" } = options;
  await mkdir(path, { recursive: true });
  const git = (...args: readonly string[]): Promise<string> => testGit(path, ...args);
  const commit = async (name: string, text = content): Promise<string> => {
    await writeFile(join(path, name), `${text}\n`);
    await git("add", "--", name);
    await git("commit", "--quiet", `--message=Add ${name}`);
    return await git("rev-parse", "HEAD");
  };
  await git("init", "--quiet", "--template=", `--initial-branch=${branch}`);
  let head = "";
  for (let i = 1; i <= commits; i++) {
    head = await commit(`file-${i}.txt`);
    if (i === 1) await git("tag", "v1");
  }
  return { path, defaultBranch: branch, head, git, commit };
}
