import { ForkError } from "../errors.ts";
import type { GitCall } from "../git/start-git.ts";
import { checkBranch, checkSha } from "../names.ts";
import type { ForkPlace } from "./make-fork.ts";
import type { RepositoryFacts } from "./repository-facts.ts";
import { remoteBranch } from "./remote-branch.ts";
import { branchOverApi, readRepository } from "./upstream.ts";

const longestPollMs = 15_000;

/** A fork that git and the API agree on. */
export interface ReadyFork {
  readonly facts: RepositoryFacts;
  readonly baseSha: string;
}

/**
 * Waits until git itself answers with the commit that the API names for the default branch: before that, reads may work
 * while a clone fails or, worse, succeeds empty. Throws `not_ready` with what was seen last after `forkReadyMs`.
 */
export async function waitReady(
  place: ForkPlace,
  repo: string,
  fork: RepositoryFacts,
  gitUrl: (facts: RepositoryFacts) => string,
  call: () => Promise<GitCall>,
  signal: AbortSignal | undefined,
): Promise<ReadyFork> {
  const { client, clock, pace, progress } = place;
  const deadline = clock.now() + pace.forkReadyMs;
  let pause = pace.pollMs;
  let told = false;
  for (;;) {
    const facts = await readRepository(client, fork.repo, signal);
    const seen = facts === null ? "the API does not know it" : await look(facts);
    if (typeof seen !== "string") return seen;
    if (clock.now() >= deadline) throw never(repo, fork, seen, pace.forkReadyMs);
    if (!told) progress(`waiting for ${fork.repo}: ${seen}`);
    told = true;
    await clock.sleep(Math.min(pause, Math.max(1, deadline - clock.now())), signal);
    pause = Math.min(pause * 1.5, longestPollMs);
  }

  async function look(facts: RepositoryFacts): Promise<ReadyFork | string> {
    checkBranch(facts.defaultBranch);
    const baseSha = await branchOverApi(client, facts.repo, facts.defaultBranch, signal);
    if (baseSha === null) return `the API has no commit of ${facts.defaultBranch}`;
    checkSha(baseSha);
    try {
      const fromGit = await remoteBranch(gitUrl(facts), facts.defaultBranch, await call());
      if (fromGit === baseSha) return { facts, baseSha };
      return fromGit === null
        ? "git answers with an empty repository"
        : `git is at ${fromGit}, the API at ${baseSha}`;
    } catch (error) {
      if (error instanceof ForkError && (error.code === "not_ready" || error.retryable)) return error.message;
      throw error;
    }
  }
}

function never(repo: string, fork: RepositoryFacts, seen: string, ms: number): ForkError {
  return new ForkError(
    "not_ready",
    `The fork ${fork.repo} of ${repo} did not become usable within ${Math.round(ms / 1000)} s: ${seen}. Try again later; if it stays so, delete the fork and ask GitHub's support.`,
    { repo },
  );
}
