import { git, runGit } from "./run-git.ts";
import type { GitCall } from "./start-git.ts";

/** Text files larger than this are not read. */
export const mostTextBytes: number = 256 * 1024;
const listed = 1000;

/** Names of the files in a folder of a commit (`""`: the root); empty where there is no such folder. */
export async function listFolder(commit: string, folder: string, call: GitCall): Promise<string[]> {
  const tree = folder === "" ? commit : `${commit}:${folder}`;
  const { exitCode, stdout } = await runGit(["ls-tree", "-z", "--end-of-options", tree], call);
  if (exitCode !== 0) return [];
  return stdout
    .split("\0")
    .slice(0, listed)
    .flatMap((line) => {
      // Links are left out: where they lead is not ours to follow.
      const [, kind, name] = /^(100644|100755) blob [0-9a-f]{40,64}\t([^]+)$/.exec(line) ?? [];
      return kind === undefined || name === undefined ? [] : [name];
    });
}

/** A file's text in a commit; null: no such file, no text, larger than 256 KiB, or not fetched. */
export async function readText(commit: string, path: string, call: GitCall): Promise<string | null> {
  const object = `${commit}:${path}`;
  const size = await runGit(["cat-file", "-s", "--end-of-options", object], call);
  if (size.exitCode !== 0 || Number(size.stdout) > mostTextBytes) return null;
  const type = await runGit(["cat-file", "-t", "--end-of-options", object], call);
  if (type.stdout !== "blob") return null;
  const text = await git(["cat-file", "blob", "--end-of-options", object], call);
  return text.includes("\0") ? null : text;
}
