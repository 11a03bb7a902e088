import { parseRepo } from "../names.ts";
import { isStatus } from "./api-failure.ts";
import { compareCommits } from "./compare.ts";
import type { GitHubClient } from "./client.ts";
import type { RepositoryFacts } from "./repository-facts.ts";

/** What came of it; a reason where the fork stays as it is. */
export type SyncOutcome =
  | { readonly kind: "up_to_date" | "fast_forwarded" }
  | { readonly kind: "kept"; readonly reason: string };

/**
 * Fast-forwards the fork's default branch to its upstream's. A fork that has commits of its own there is kept as it is:
 * merging would make a base that the upstream has never seen.
 */
export async function syncFork(
  client: GitHubClient,
  fork: RepositoryFacts,
  signal: AbortSignal | undefined,
): Promise<SyncOutcome> {
  const { owner, name } = parseRepo(fork.repo);
  const { defaultBranch: branch, parent } = fork;
  if (parent === null) return { kind: "kept", reason: `${fork.repo} has no upstream any more` };
  const upstream = parseRepo(parent.repo).owner;
  const compared = await compareCommits(client, fork.repo, branch, `${upstream}:${branch}`, signal);
  if (compared === null)
    return {
      kind: "kept",
      reason: `${parent.repo} has no branch '${branch}' to compare with: see what its default branch is`,
    };
  if (compared.status === "identical") return { kind: "up_to_date" };
  if (compared.behindBy > 0)
    return {
      kind: "kept",
      reason: `${branch} of ${fork.repo} has ${compared.behindBy} commits that ${parent.repo} has not: reset it, or delete the fork, to work on the newest code`,
    };
  try {
    await client.write("POST", "/repos/{owner}/{repo}/merge-upstream", {
      signal,
      params: { owner, repo: name, branch },
    });
    return { kind: "fast_forwarded" };
  } catch (error) {
    if (isStatus(error, 409))
      return {
        kind: "kept",
        reason: `${fork.repo} conflicts with ${parent.repo}: reset its ${branch}, or delete the fork`,
      };
    if (isStatus(error, 422))
      return {
        kind: "kept",
        reason: `GitHub did not sync ${fork.repo}: ${error.words}. Where the upstream changed its workflows, the token needs the scope 'workflow' (fine-grained: Workflows, write)`,
      };
    throw error;
  }
}
