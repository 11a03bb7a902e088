import { ForkError } from "../errors.ts";
import { checkSha, parseRepo } from "../names.ts";
import { isStatus } from "./api-failure.ts";
import type { GitHubClient } from "./client.ts";
import { record } from "./repository-facts.ts";

/** How two commits of a repository relate, as the API says. */
export interface CompareFacts {
  readonly status: "ahead" | "behind" | "diverged" | "identical";
  /** Commits that the head has and the base has not, and the other way round. */
  readonly aheadBy: number;
  readonly behindBy: number;
  readonly mergeBaseSha: string;
  /** Files that differ, at most 300: the API lists no more. */
  readonly changedFiles: number;
}

/** Compares two commits or branches (`owner:branch` for another repository of the network); null: one of them is not there. */
export async function compareCommits(
  client: GitHubClient,
  repo: string,
  base: string,
  head: string,
  signal: AbortSignal | undefined,
): Promise<CompareFacts | null> {
  const { owner, name } = parseRepo(repo);
  let data: Readonly<Record<string, unknown>>;
  try {
    data = record(
      await client.read("/repos/{owner}/{repo}/compare/{basehead}", {
        signal,
        params: { owner, repo: name, basehead: `${base}...${head}` },
      }),
    );
  } catch (error) {
    if (isStatus(error, 404)) return null;
    throw error;
  }
  const status = data["status"];
  const mergeBaseSha = record(data["merge_base_commit"])["sha"];
  if (
    (status !== "ahead" && status !== "behind" && status !== "diverged" && status !== "identical") ||
    typeof mergeBaseSha !== "string"
  )
    throw new ForkError(
      "server_failed",
      `The server's comparison of ${repo} cannot be read. Try again later.`,
      {
        repo,
        retryable: true,
      },
    );
  checkSha(mergeBaseSha);
  return {
    status,
    aheadBy: Number(data["ahead_by"]) || 0,
    behindBy: Number(data["behind_by"]) || 0,
    mergeBaseSha,
    changedFiles: Array.isArray(data["files"]) ? data["files"].length : 0,
  };
}
