import { cleanText } from "../clean-text.ts";
import { ForkError } from "../errors.ts";
import { checkBranch, parseRepo } from "../names.ts";
import type { Fork } from "../provider.ts";
import { isStatus } from "./api-failure.ts";
import type { GitHubClient } from "./client.ts";
import { record } from "./repository-facts.ts";
import { readRepository } from "./upstream.ts";

export interface Review {
  readonly number: number;
  readonly webUrl: string;
}

export interface ReviewText {
  readonly title?: string;
  readonly body?: string;
}

/**
 * Opens a pull request inside the fork, from the branch to its own default branch, or finds the open one. The upstream hears
 * nothing of it: the request goes to the fork's own address, and the client sends none to any other.
 */
export async function openReview(
  client: GitHubClient,
  fork: Fork,
  branch: string,
  text: ReviewText,
  signal: AbortSignal | undefined,
): Promise<Review> {
  checkBranch(branch);
  const { owner, name } = parseRepo(fork.forkRepo);
  const facts = await readRepository(client, fork.forkRepo, signal);
  const isIt = facts?.isFork === true && facts.repo.toLowerCase() === fork.forkRepo.toLowerCase();
  if (!isIt || fork.forkRepo.toLowerCase() === fork.repo.toLowerCase())
    throw new ForkError(
      "invalid_request",
      `${fork.forkRepo} is no fork, or is elsewhere now: reviews are opened on forks only.`,
      {
        repo: fork.repo,
      },
    );
  const params = { owner, repo: name };
  const find = async (): Promise<Review | null> => {
    const open = await client.read("/repos/{owner}/{repo}/pulls", {
      signal,
      params: { ...params, state: "open", head: `${owner}:${branch}`, base: fork.defaultBranch },
    });
    return Array.isArray(open) && open.length > 0 ? readReview(open[0], fork) : null;
  };
  const open = await find();
  if (open !== null) return open;
  try {
    const made = await client.create("/repos/{owner}/{repo}/pulls", {
      signal,
      params: {
        ...params,
        // Without an owner before it, the branch can only be the fork's own.
        head: branch,
        base: fork.defaultBranch,
        title: cleanText(text.title ?? `Optimizations of ${fork.repo}`, 200),
        body: text.body ?? "For review inside this fork. Nothing is proposed to the upstream repository.",
        maintainer_can_modify: false,
      },
    });
    return readReview(made, fork);
  } catch (error) {
    if (isStatus(error, 422, 500, 502, 503, 504, 0)) {
      const made = await find();
      if (made !== null) return made;
    }
    throw error;
  }
}

function readReview(data: unknown, fork: Fork): Review {
  const raw = record(data);
  const target = record(record(raw["base"])["repo"])["full_name"];
  if (typeof raw["number"] !== "number" || String(target).toLowerCase() !== fork.forkRepo.toLowerCase())
    throw new ForkError("server_failed", `The server's answer is no pull request on ${fork.forkRepo}.`, {
      repo: fork.repo,
    });
  const { html_url: webUrl } = raw;
  return { number: raw["number"], webUrl: typeof webUrl === "string" ? cleanText(webUrl, 500) : "" };
}
