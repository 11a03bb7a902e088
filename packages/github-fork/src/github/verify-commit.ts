import { checkSha } from "../names.ts";
import type { Fork } from "../provider.ts";
import { compareCommits, type CompareFacts } from "./compare.ts";
import type { GitHubClient } from "./client.ts";

/** What a branch on a fork turned out to be. */
export interface BranchVerification {
  readonly ok: boolean;
  /** What is wrong; null: nothing. */
  readonly reason: string | null;
  /** The commit that git itself gives; null: no such branch. */
  readonly sha: string | null;
  readonly compared: CompareFacts | null;
}

/** Holds what git found on a fork's branch against the commit that should be there, and that commit against the run's base. */
export async function verifyCommit(
  client: GitHubClient,
  fork: Fork,
  { branch, sha, found }: { readonly branch: string; readonly sha: string; readonly found: string | null },
  signal: AbortSignal | undefined,
): Promise<BranchVerification> {
  checkSha(sha);
  if (found !== sha) {
    const reason = `${branch} of ${fork.forkRepo} is ${found ?? "not there"}, not ${sha}`;
    return { ok: false, reason, sha: found, compared: null };
  }
  const compared = await compareCommits(client, fork.forkRepo, fork.baseSha, sha, signal);
  const ok =
    compared !== null &&
    compared.mergeBaseSha === fork.baseSha &&
    (compared.status === "ahead" || compared.status === "identical");
  return {
    ok,
    reason: ok ? null : `${sha} does not descend from the base ${fork.baseSha}`,
    sha: found,
    compared,
  };
}
