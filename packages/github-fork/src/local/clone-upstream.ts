import { stat } from "node:fs/promises";
import { join } from "node:path";

import { ForkError } from "../errors.ts";
import { git, runGit } from "../git/run-git.ts";
import { gitFailed, type GitCall } from "../git/start-git.ts";
import { checkBranch } from "../names.ts";
import { settleDefaultBranch } from "./settle-default-branch.ts";
import type { Upstream } from "./upstream.ts";

const missing =
  /not found|does not exist|does not appear to be a git repository|no such file|not a git repository|could not read (Username|Password)|Authentication failed|access denied|Permission denied|returned error: 40[134]/i;

/**
 * Clones branches and tags of an upstream into `target`, a bare repository that depends on nothing outside it and
 * remembers its parent. Throws `upstream_missing`, `upstream_empty` or `git_failed` (retryable: the network may come back).
 */
export async function cloneUpstream(
  upstream: Upstream,
  repo: string,
  target: string,
  call: GitCall,
): Promise<void> {
  if (upstream.kind === "path") await checkPath(upstream.location, repo);
  // --no-local: through git's own transport, never by copying or linking files out of a stranger's folder.
  const options = ["--bare", "--quiet", "--no-local", "--no-hardlinks", "--template="];
  const args = ["clone", ...options, "--", upstream.location, target];
  const { exitCode, stderr } = await runGit(args, call);
  if (exitCode !== 0) throw upstreamFailure(upstream, repo, args, exitCode, stderr);
  await settleDefaultBranch(target, upstream.location, call);
  await checkHead(upstream.location, repo, { ...call, gitDir: target });
  const config = ["config", "--file", join(target, "config")];
  await git([...config, "--remove-section", "remote.origin"], call);
  await git([...config, "universe.repo", repo], call);
  await git([...config, "universe.parent", upstream.parent], call);
}

/** What git's failure at an upstream means. */
export function upstreamFailure(
  upstream: Upstream,
  repo: string,
  args: readonly string[],
  exitCode: number,
  stderr: string,
): ForkError {
  if (missing.test(stderr)) return notThere(upstream.location, repo, `git says: ${stderr}`);
  const failure = gitFailed(args, exitCode, stderr, repo);
  return new ForkError("git_failed", `${failure.message} Upstream: ${upstream.location}. Try again later.`, {
    repo,
    retryable: upstream.kind === "url",
  });
}

/** What every later step relies on is found out here, before there is a fork. */
async function checkHead(location: string, repo: string, call: GitCall): Promise<void> {
  const branch = await git(["symbolic-ref", "HEAD"], call);
  checkBranch(branch.replace(/^refs\/heads\//, ""));
  const sha = await git(["rev-parse", "--verify", "HEAD^{commit}"], call);
  if (sha.length === 40) return;
  const text = `The upstream of ${repo}, ${location}, has SHA-256 commits, which forges do not take. Leave it out.`;
  throw new ForkError("invalid_request", text, { repo });
}

export async function checkPath(path: string, repo: string): Promise<void> {
  const found = await stat(path).catch(() => null);
  if (found === null) throw notThere(path, repo, "There is no such folder, or it is not readable.");
  if (!found.isDirectory()) throw notThere(path, repo, "It is a file; a repository is a folder.");
}

function notThere(location: string, repo: string, why: string): ForkError {
  return new ForkError(
    "upstream_missing",
    `The upstream of ${repo}, ${location}, is no repository that git can read. ${why} Correct the path or URL, or give this computer access to it.`,
    { repo },
  );
}
