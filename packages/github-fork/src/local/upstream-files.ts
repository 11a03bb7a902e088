import { tmpdir } from "node:os";
import { join } from "node:path";

import { ForkError } from "../errors.ts";
import { listFolder, mostTextBytes, readText } from "../git/read-tree.ts";
import { git, runGit } from "../git/run-git.ts";
import type { GitCall } from "../git/start-git.ts";
import { temporaryFolder } from "../git/temporary-folder.ts";
import type { UpstreamFiles } from "../provider.ts";
import { checkPath, upstreamFailure } from "./clone-upstream.ts";
import type { Upstream } from "./upstream.ts";

/**
 * Files at an upstream's HEAD, fetched into a throw-away repository: one commit, and where the upstream's server can leave them
 * out, no large files.
 */
export async function fetchUpstreamFiles(
  upstream: Upstream,
  repo: string,
  call: GitCall,
): Promise<UpstreamFiles> {
  if (upstream.kind === "path") await checkPath(upstream.location, repo);
  const folder = await temporaryFolder(join(tmpdir(), "universe-optimize"));
  try {
    const gitDir = join(folder.path, "files.git");
    await git(["init", "--quiet", "--bare", "--template=", gitDir], call);
    const here = { ...call, gitDir };
    const args = [
      "fetch",
      "--quiet",
      "--depth=1",
      "--no-tags",
      `--filter=blob:limit=${mostTextBytes + 1}`,
      "--",
      upstream.location,
      "+HEAD:refs/universe/head",
    ];
    const { exitCode, stderr } = await runGit(args, here);
    if (exitCode !== 0) {
      if (/couldn't find remote ref HEAD/i.test(stderr))
        throw new ForkError(
          "upstream_empty",
          `The upstream ${upstream.location} has no default branch with a commit. Commit something to it first, or leave it out.`,
          { repo },
        );
      throw upstreamFailure(upstream, repo, args, exitCode, stderr);
    }
    const commit = await git(["rev-parse", "--verify", "refs/universe/head^{commit}"], here);
    return {
      list: (at) => (at.includes(":") ? Promise.resolve([]) : listFolder(commit, at, here)),
      read: (path) => (path.includes(":") ? Promise.resolve(null) : readText(commit, path, here)),
      [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
    };
  } catch (error) {
    await folder[Symbol.asyncDispose]();
    throw error;
  }
}
