import { PipelineError } from "../errors.ts";
import { plainGit } from "./plain-git.ts";

/** What came of picking commits. */
export type Picked =
  | { readonly kind: "picked"; readonly sha: string }
  /** This one cannot stand without those that are left out. */
  | { readonly kind: "does_not_apply"; readonly commit: string; readonly reason: string };

/**
 * Lays `commits`, oldest first, on `base`, in a bare repository that has them all: no work tree, so no filter and no hook of theirs runs.
 * Authors, dates and messages stay byte for byte; signatures go, for they would be wrong. A commit whose parent is what it is laid on stays
 * itself. The same input gives the same commits. Needs git 2.38.
 *
 * @throws PipelineError `git_failed`
 */
export async function pickCommits(
  gitDir: string,
  base: string,
  commits: readonly string[],
  signal: AbortSignal,
): Promise<Picked> {
  const git = (words: readonly string[], stdin?: Buffer): Promise<string> =>
    plainGit(["-C", gitDir, ...words], signal, stdin === undefined ? {} : { stdin });
  let tip = base;
  for (const commit of commits) {
    const refused = (reason: string): Picked => ({ kind: "does_not_apply", commit, reason });
    const raw = await plainGit(["-C", gitDir, "cat-file", "commit", commit], signal, { bytes: true });
    const parents = parentsOf(raw);
    const [parent] = parents;
    if (parent === undefined || parents.length > 1) return refused("it is no change of one parent");
    if (parent === tip) {
      tip = commit;
      continue;
    }
    // merge-tree takes the two commits' own base: a stand-in for the tip, with the commit's parent as its own, makes that the parent.
    const ident = ["-c", "user.name=Universe Optimize", "-c", "user.email=universe-optimize@example.com"];
    const standIn = await plainGit(
      ["-C", gitDir, ...ident, "commit-tree", `${tip}^{tree}`, "-p", parent, "-m", "stand-in"],
      signal,
    );
    const tree = await mergedTree(git, standIn, commit);
    if (tree === null) return refused("it conflicts");
    if (tree === (await git(["rev-parse", `${tip}^{tree}`]))) return refused("nothing of it is left");
    tip = await git(
      ["hash-object", "-t", "commit", "-w", "--stdin"],
      Buffer.from(withParent(raw, tree, tip), "latin1"),
    );
  }
  return { kind: "picked", sha: tip };
}

/** null: a conflict. */
async function mergedTree(
  git: (words: readonly string[]) => Promise<string>,
  ours: string,
  theirs: string,
): Promise<string | null> {
  try {
    return await git(["merge-tree", "--write-tree", "--no-messages", ours, theirs]);
  } catch (error) {
    // merge-tree says 1 for a conflict; everything else is a failure.
    if (error instanceof PipelineError && error.exitCode === 1) return null;
    throw error;
  }
}

function parentsOf(raw: string): string[] {
  return [...headOf(raw).matchAll(/^parent ([0-9a-f]{40})$/gm)].map(([, sha = ""]) => sha);
}

function headOf(raw: string): string {
  return raw.slice(0, raw.indexOf("\n\n"));
}

/** The commit's own text with another tree and parent, and without its signature. */
function withParent(raw: string, tree: string, parent: string): string {
  const head = headOf(raw)
    .replace(/^tree .*$/m, `tree ${tree}`)
    .replace(/^parent .*$/m, `parent ${parent}`)
    .replaceAll(/\n(?:gpgsig|gpgsig-sha256|mergetag) .*(?:\n .*)*/g, "");
  return head + raw.slice(raw.indexOf("\n\n"));
}
