import { ForkError } from "../errors.ts";
import type { GitCall } from "./start-git.ts";
import { streamGit } from "./stream-git.ts";
import type { PushRequest } from "../provider.ts";

/** Shows the request's `inspect` what would be pushed. Throws `refused` when it says no. */
export async function inspectPatches(request: PushRequest, call: GitCall): Promise<void> {
  if (request.inspect === undefined) return;
  const { fork, branch, sha } = request;
  const args = [
    "log",
    "--patch",
    // Everything that the branch brings: also what a merge alone adds, and what lies in binary files.
    "--diff-merges=separate",
    "--text",
    "--no-ext-diff",
    "--no-textconv",
    "--no-color",
    "--no-renames",
    "--no-show-signature",
    "--no-mailmap",
    "--format=commit %H%n%an <%ae>%n%cn <%ce>%n%B",
    "--end-of-options",
    sha,
    `^${fork.baseSha}`,
    "--",
  ];
  if (await request.inspect(streamGit(args, call))) return;
  const text = `${branch} is not pushed to the fork of ${fork.repo}: what it would bring was refused. Nothing was changed.`;
  throw new ForkError("refused", text, { repo: fork.repo });
}
