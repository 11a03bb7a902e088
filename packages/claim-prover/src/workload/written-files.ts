import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";

/** Size and time of every file of a tree, by its path; no project has more than are looked at. */
export type TreeState = ReadonlyMap<string, string>;

const MAX_FILES = 200_000;

export async function treeState(root: string): Promise<TreeState> {
  const names = (await readdir(root, { recursive: true })).slice(0, MAX_FILES);
  const state = new Map<string, string>();
  for (const name of names) {
    const facts = await lstat(join(root, name)).catch(() => null);
    if (facts !== null && !facts.isDirectory()) state.set(name, `${facts.size} ${facts.mtimeMs}`);
  }
  return state;
}

/** The first file that is new or other than before; null: none. Where trees cannot be protected, samples must leave them alone all the same. */
export function writtenFile(before: TreeState, after: TreeState): string | null {
  for (const [name, facts] of after) if (before.get(name) !== facts) return name;
  return null;
}
