import { ForkError } from "../errors.ts";
import { runGit } from "../git/run-git.ts";
import { gitFailed, type GitCall } from "../git/start-git.ts";
import { cleanText } from "../clean-text.ts";

const notThere =
  /not found|not exported|does not exist|access denied|could not read (Username|Password)|returned error: 404/i;
const transient =
  /could not resolve|connection|timed out|timeout|early EOF|hung up|returned error: (5\d\d|429|408)|RPC failed|unexpected disconnect/i;

/**
 * The branch's commit as git itself answers; null: no such branch, or a repository without any. Throws `not_ready` when
 * git says that there is no repository, `git_failed` otherwise (network: retryable).
 */
export async function remoteBranch(url: string, branch: string, call: GitCall): Promise<string | null> {
  const ref = `refs/heads/${branch}`;
  const args = ["ls-remote", "--quiet", "--", url, ref];
  const { exitCode, stdout, stderr } = await runGit(args, call);
  if (exitCode !== 0) throw remoteFailure(args, exitCode, stderr, call.repo);
  for (const line of stdout.split("\n")) {
    const [sha = "", name] = line.split("\t");
    if (name === ref && /^[0-9a-f]{40}$/.test(sha)) return sha;
  }
  return null;
}

/** What git's words over the network mean. */
export function remoteFailure(
  args: readonly string[],
  exitCode: number,
  stderr: string,
  repo?: string,
): ForkError {
  const words = cleanText(stderr, 300);
  if (/returned error: 401|authentication failed|invalid username or (password|token)/i.test(stderr))
    return new ForkError(
      "unauthorized",
      `git was not let in: ${words}. Put a valid token into GITHUB_TOKEN.`,
      { repo },
    );
  if (/being forked|cannot be written yet/i.test(stderr))
    return new ForkError("not_ready", `the fork takes no pushes yet: ${words}. Try again in a few minutes.`, {
      repo,
    });
  if (/returned error: 403|permission to .* denied|write access to repository not granted/i.test(stderr))
    return new ForkError(
      "forbidden",
      `git may not do that: ${words}. Give the token the right to write contents of the fork.`,
      { repo },
    );
  if (/returned error: 30\d|unable to update url base from redirection/i.test(stderr))
    return new ForkError(
      "server_failed",
      `the fork was renamed or moved: ${words}. Give it its name back, or begin a new run, which finds it by its parent.`,
      { repo },
    );
  if (notThere.test(stderr))
    return new ForkError(
      "not_ready",
      `git finds no repository: ${words}. Try again; see that the fork exists.`,
      { repo },
    );
  const failure = gitFailed(args, exitCode, stderr, repo);
  return transient.test(stderr)
    ? new ForkError("git_failed", failure.message, { repo, retryable: true })
    : failure;
}
