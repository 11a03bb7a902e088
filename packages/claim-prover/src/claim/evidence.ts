import { git, runGit } from "../git/git.ts";
import { isAncestor, type Clone } from "../git/clone.ts";
import { codeKind } from "../guards/code-text.ts";
import { parseDiff, type FileDiff } from "../git/parse-diff.ts";
import type { ClaimRequest } from "../request.ts";

/** What git says of a claim. */
export type Evidence =
  | {
      readonly ok: true;
      readonly commit: string;
      readonly parent: string;
      readonly diff: readonly FileDiff[];
    }
  | { readonly ok: false; readonly commit: string | null; readonly explanation: string };

/** No diff of a single optimization is larger; a larger one is refused rather than judged in part. */
const MAX_DIFF_BYTES = 4 * 2 ** 20;
/** Of so many changed files the whole text is looked at. */
const MAX_TEXTS = 200;

/**
 * Whether the claimed commit is on the pushed branch, after its base, changes something, touches the claimed file, and is claimed for
 * this function only once. Nothing is believed of a claim before that.
 */
export async function checkEvidence(
  clone: Clone,
  claim: ClaimRequest,
  earlier: readonly ClaimRequest[],
  signal?: AbortSignal,
): Promise<Evidence> {
  const options = { cwd: clone.folder, signal };
  const no = (explanation: string, commit: string | null = null): Evidence => ({
    ok: false,
    commit,
    explanation,
  });
  if (claim.commit === null || !/^[0-9a-f]{7,40}$/i.test(claim.commit)) {
    return no("The claim names no commit.");
  }
  const asked = claim.commit.toLowerCase();
  const found = await runGit(["rev-parse", "-q", "--verify", `${asked}^{commit}`], options);
  const commit = found.stdout.trim();
  if (found.exitCode !== 0 || !commit.startsWith(asked)) {
    return no(`The commit ${asked} is not in the pushed repository.`);
  }
  if (!(await isAncestor(clone.folder, commit, clone.head, signal))) {
    return no(`The commit ${asked} is not on the pushed branch.`, commit);
  }
  if (await isAncestor(clone.folder, commit, clone.base, signal)) {
    return no(`The commit ${asked} is older than the branch.`, commit);
  }
  const parents = (await git(["rev-list", "--parents", "-n", "1", commit], options))
    .trim()
    .split(" ")
    .slice(1);
  const [parent] = parents;
  if (parent === undefined || parents.length > 1) {
    return no(`The commit ${asked} has ${parents.length} parents; a claim needs a commit with one.`, commit);
  }
  const twin = earlier.find(
    (other) =>
      sameCommit(other.commit, commit) &&
      ((other.function === claim.function && other.file === claim.file) || sameBenchmark(other, claim)),
  );
  if (twin !== undefined) {
    return no(
      `The same commit and ${sameBenchmark(twin, claim) ? "benchmark" : "function"} are claimed already, at place ${twin.index + 1} of the summary.`,
      commit,
    );
  }
  const diffOf = async (from: string, to: string): Promise<string> =>
    await git(["diff", "--no-color", "--no-ext-diff", "--no-textconv", "-M", "-U0", from, to], {
      ...options,
      maxBytes: MAX_DIFF_BYTES + 1,
    });
  const text = await diffOf(parent, commit);
  if (text.length > MAX_DIFF_BYTES)
    return no(`The commit ${asked} changes too much to be one optimization.`, commit);
  const diff = parseDiff(text);
  if (diff.length === 0) return no(`The commit ${asked} changes nothing.`, commit);
  for (const other of earlier) {
    // Done, undone and done again: two commits, but one gain.
    const same = other.commit === null ? null : await commitOf(other.commit, options);
    if (same === null || same === commit) continue;
    const parentText = await runGit(["rev-parse", "-q", "--verify", `${same}^`], options);
    if (parentText.exitCode !== 0 || (await diffOf(parentText.stdout.trim(), same)) !== text) continue;
    return no(
      `The same change is claimed already with another commit, at place ${other.index + 1} of the summary.`,
      commit,
    );
  }
  const file = claim.file.replace(/^\.\//, "");
  if (!diff.some((change) => change.path === file || change.oldPath === file)) {
    return no(
      file === "" ? "The claim names no file." : `The commit ${asked} does not touch ${file}.`,
      commit,
    );
  }
  return { ok: true, commit, parent, diff: await withTexts(diff, commit, options) };
}

/** Whether a line keeps something from call to call is told by what stands around it. */
async function withTexts(
  diff: readonly FileDiff[],
  commit: string,
  options: { readonly cwd: string; readonly signal: AbortSignal | undefined },
): Promise<FileDiff[]> {
  const files: FileDiff[] = [];
  for (const [i, file] of diff.entries()) {
    const shown =
      i < MAX_TEXTS && !file.binary && file.status !== "deleted" && codeKind(file.path) !== null
        ? await runGit(["show", `${commit}:${file.path}`], { ...options, maxBytes: MAX_DIFF_BYTES })
        : null;
    files.push(shown?.exitCode === 0 ? { ...file, text: shown.stdout } : file);
  }
  return files;
}

async function commitOf(
  claimed: string,
  options: { readonly cwd: string; readonly signal: AbortSignal | undefined },
): Promise<string | null> {
  if (!/^[0-9a-f]{7,40}$/i.test(claimed)) return null;
  const { exitCode, stdout } = await runGit(
    ["rev-parse", "-q", "--verify", `${claimed.toLowerCase()}^{commit}`],
    options,
  );
  return exitCode === 0 ? stdout.trim() : null;
}

function sameBenchmark(other: ClaimRequest, claim: ClaimRequest): boolean {
  return (
    other.benchmark !== null &&
    claim.benchmark !== null &&
    other.benchmark.file === claim.benchmark.file &&
    other.benchmark.command === claim.benchmark.command
  );
}

function sameCommit(claimed: string | null, commit: string): boolean {
  return claimed !== null && claimed.length >= 7 && commit.startsWith(claimed.toLowerCase());
}
