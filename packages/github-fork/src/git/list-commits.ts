import { cleanText } from "../clean-text.ts";
import type { GitCall } from "./start-git.ts";
import { splitNul } from "./split-nul.ts";
import { streamGit } from "./stream-git.ts";
import type { BranchCommit } from "../provider.ts";

/** Characters of a subject that are kept. */
const subjectLength = 300;
/** Files of a commit that are listed; a commit may touch a million. */
const filesPerCommit = 1000;
const pathLength = 1024;
const fieldBytes = 16 * 1024;

/** Commits that `tip` has and `base` has not, newest first. Subjects and paths are cleaned and cut. */
export async function listCommits(
  range: { readonly base: string; readonly tip: string; readonly limit: number },
  call: GitCall,
): Promise<BranchCommit[]> {
  const args = [
    "log",
    "-z",
    "--name-only",
    "--no-renames",
    "--diff-merges=first-parent",
    "--no-show-signature",
    "--no-mailmap",
    `--max-count=${range.limit}`,
    // Each record begins with an empty field; a path is never empty.
    "--format=%x00%H%x00%at%x00%s",
    "--end-of-options",
    range.tip,
    `^${range.base}`,
    "--",
  ];
  const commits: (BranchCommit & { readonly files: string[] })[] = [];
  const fields = splitNul(streamGit(args, call), fieldBytes);
  for await (const field of fields) {
    if (field === "") {
      const sha = await next(fields);
      const authoredAt = isoTime(await next(fields));
      const subject = cleanText(await next(fields), subjectLength);
      commits.push({ sha, subject, authoredAt, files: [] });
      continue;
    }
    const files = commits.at(-1)?.files;
    if (files === undefined || files.length >= filesPerCommit) continue;
    // The first path of a commit follows a line end.
    const path = files.length === 0 && field.startsWith("\n") ? field.slice(1) : field;
    files.push(cleanText(path, pathLength));
  }
  return commits;
}

async function next(fields: AsyncGenerator<string, void, undefined>): Promise<string> {
  const { value } = await fields.next();
  return value ?? "";
}

/** Unix seconds as ISO 8601 in UTC; a time that no calendar has is 1970. */
function isoTime(seconds: string): string {
  const number = Number(seconds);
  const sane = Number.isInteger(number) && number >= 0 && number < 253_402_300_800;
  return new Date(sane ? number * 1000 : 0).toISOString();
}
