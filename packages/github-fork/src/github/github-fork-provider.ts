import { ForkError } from "../errors.ts";
import { trustedOrigin } from "../git/credential.ts";
import { checkBranch, checkOrganization, parseRepo } from "../names.ts";
import type {
  BranchCommit,
  Finding,
  Fork,
  ForkRequest,
  ForkSync,
  MachineAccess,
  PushRequest,
  UpstreamFiles,
} from "../provider.ts";
import { switchActionsOff, switchOrganizationOff } from "./actions-off.ts";
import { asGitHubError } from "./as-github-error.ts";
import { ForkGit } from "./fork-git.ts";
import { githubClient } from "./github-client.ts";
import type { GitHubForkProvider } from "./github-provider.ts";
import { systemClock } from "./clock.ts";
import { compareCommits, type CompareFacts } from "./compare.ts";
import { diagnoseGitHub } from "./diagnose.ts";
import { type ForkPlace, lookForFork, makeFork } from "./make-fork.ts";
import { openReview, type Review, type ReviewText } from "./open-review.ts";
import type { GitHubForkOptions } from "./options.ts";
import { defaultPace } from "./pace.ts";
import type { RepositoryFacts } from "./repository-facts.ts";
import { syncFork } from "./sync-fork.ts";
import { branchOverApi, readRepository, readUpstreamFacts, repoOnServer, skip } from "./upstream.ts";
import { policyFiles } from "./upstream-files.ts";
import { type BranchVerification, verifyCommit } from "./verify-commit.ts";
import { type ReadyFork, waitReady } from "./wait-ready.ts";

/**
 * Forks into an organization on GitHub, one after the other, and pushes harvested branches from clean clones of its own.
 *
 * Throws `invalid_request` at once for an organization's name or a URL that cannot be.
 */
export function githubForkProvider(options: GitHubForkOptions): GitHubForkProvider {
  checkOrganization(options.organization);
  return new GitHubForks(options);
}

class GitHubForks implements GitHubForkProvider {
  readonly kind = "github";
  readonly #options: GitHubForkOptions;
  readonly #serverUrl: string;
  readonly #place: ForkPlace;
  readonly #git: ForkGit;
  #organizationOff: Promise<boolean> | undefined;

  constructor(options: GitHubForkOptions) {
    const { serverUrl = "https://github.com" } = options;
    const { organization, clock = systemClock, progress = () => {} } = options;
    trustedOrigin(serverUrl);
    this.#options = options;
    this.#serverUrl = serverUrl.replace(/\/+$/, "");
    this.#git = new ForkGit(options, this.#serverUrl);
    const pace = { ...defaultPace, ...options.pace };
    this.#place = { client: githubClient(options), organization, clock, pace, progress };
  }

  fork(request: ForkRequest, signal?: AbortSignal): Promise<Fork> {
    return asGitHubError(request.repo, signal, async () => {
      const upstream = await this.#upstream(request, signal);
      const { client } = this.#place;
      using _ = await client.gate.forks.enter(signal);
      await this.#closeOrganization(signal);
      const made = await makeFork(this.#place, upstream, signal);
      const ready = await this.#ready(request.repo, made, signal);
      if (ready.facts.parent?.id !== upstream.id) throw strange(request.repo, ready.facts);
      await this.#actionsOff(ready.facts.repo, request.repo, signal);
      return this.#fork(request.repo, ready);
    });
  }

  find(request: ForkRequest, signal?: AbortSignal): Promise<Fork | null> {
    return asGitHubError(request.repo, signal, async () => {
      const repo = repoOnServer(request, this.#serverUrl);
      const upstream = await readRepository(this.#place.client, repo, signal);
      if (upstream === null) return null;
      const { fork } = await lookForFork(this.#place, upstream, signal);
      return fork === null ? null : this.#fork(request.repo, await this.#ready(request.repo, fork, signal));
    });
  }

  sync(fork: Fork, signal?: AbortSignal): Promise<ForkSync> {
    return asGitHubError(fork.repo, signal, async () => {
      const facts = await this.#factsOf(fork, signal);
      const outcome = await syncFork(this.#place.client, facts, signal);
      if (outcome.kind === "kept") return { fork, outcome: "kept", reason: outcome.reason };
      if (outcome.kind === "up_to_date") return { fork, outcome: "up_to_date", reason: null };
      const ready = await this.#ready(fork.repo, facts, signal);
      return { fork: this.#fork(fork.repo, ready), outcome: "fast_forwarded", reason: null };
    });
  }

  upstreamFiles(request: ForkRequest, signal?: AbortSignal): Promise<UpstreamFiles> {
    return asGitHubError(request.repo, signal, async () => {
      const repo = repoOnServer(request, this.#serverUrl);
      const facts = await readUpstreamFacts(this.#place.client, repo, signal);
      return policyFiles(this.#place.client, facts.repo, signal);
    });
  }

  bundle(fork: Fork, file: string, signal?: AbortSignal, branch?: string): Promise<void> {
    return asGitHubError(fork.repo, signal, () => this.#git.bundle(fork, file, signal, branch));
  }

  push(request: PushRequest, signal?: AbortSignal): Promise<void> {
    const { forkRepo, repo } = request.fork;
    // Last, so that nothing can come between: what is pushed runs nowhere.
    const beforePush = (): Promise<void> => switchActionsOff(this.#place.client, forkRepo, repo, signal);
    return asGitHubError(repo, signal, () => this.#git.push(request, beforePush, signal));
  }

  branchSha(fork: Fork, branch: string, signal?: AbortSignal): Promise<string | null> {
    return asGitHubError(fork.repo, signal, () => this.#git.branchSha(fork, branch, signal));
  }

  commits(fork: Fork, branch: string, limit = 200, signal?: AbortSignal): Promise<BranchCommit[]> {
    return asGitHubError(fork.repo, signal, () => this.#git.commits(fork, branch, limit, signal));
  }

  branchUrl(fork: Fork, branch: string): string {
    checkBranch(branch);
    parseRepo(fork.forkRepo);
    return `${this.#serverUrl}/${fork.forkRepo}/tree/${branch.split("/").map(encodeURIComponent).join("/")}`;
  }

  repository(repo: string, signal?: AbortSignal): Promise<RepositoryFacts | null> {
    return asGitHubError(repo, signal, () => readRepository(this.#place.client, repo, signal, true));
  }

  compare(fork: Fork, branch: string, signal?: AbortSignal): Promise<CompareFacts | null> {
    return asGitHubError(fork.repo, signal, () => {
      checkBranch(branch);
      return compareCommits(this.#place.client, fork.forkRepo, fork.baseSha, branch, signal);
    });
  }

  verifyBranch(fork: Fork, branch: string, sha: string, signal?: AbortSignal): Promise<BranchVerification> {
    return asGitHubError(fork.repo, signal, async () => {
      const found = await this.#git.branchSha(fork, branch, signal);
      return await verifyCommit(this.#place.client, fork, { branch, sha, found }, signal);
    });
  }

  openReview(fork: Fork, branch: string, text: ReviewText = {}, signal?: AbortSignal): Promise<Review> {
    return asGitHubError(fork.repo, signal, () => {
      this.#git.mirror(fork);
      return openReview(this.#place.client, fork, branch, text, signal);
    });
  }

  machineToken(fork: Fork, signal?: AbortSignal): Promise<MachineAccess> {
    return asGitHubError(fork.repo, signal, async () => {
      const { url: pushUrl } = this.#git.mirror(fork);
      const { app } = this.#options;
      if (app !== undefined) {
        await switchActionsOff(this.#place.client, fork.forkRepo, fork.repo, signal);
        return { ...(await app.repositoryToken(fork.forkRepo, signal)), pushUrl };
      }
      throw new ForkError(
        "invalid_request",
        'A machine is given no organization token. For github.push "machine", name an App in github.app that is installed on the organization.',
        { repo: fork.repo },
      );
    });
  }

  diagnose(signal?: AbortSignal): Promise<Finding[]> {
    return diagnoseGitHub(this.#place.client, this.#options.organization, signal);
  }

  async #upstream(request: ForkRequest, signal: AbortSignal | undefined): Promise<RepositoryFacts> {
    const { client, organization } = this.#place;
    const repo = repoOnServer(request, this.#serverUrl);
    if (parseRepo(repo).owner.toLowerCase() === organization.toLowerCase()) {
      const text = `${repo} belongs to ${organization} itself, and an organization does not fork its own. Use another organization.`;
      throw new ForkError("invalid_request", text, { repo });
    }
    const facts = await readUpstreamFacts(client, repo, signal);
    if (facts.sizeKiB === 0 && (await branchOverApi(client, repo, facts.defaultBranch, signal)) === null)
      throw skip("upstream_empty", repo, "has no commit");
    return facts;
  }

  async #closeOrganization(signal: AbortSignal | undefined): Promise<void> {
    if (this.#options.organizationActions !== "off") return;
    const { client, organization, progress } = this.#place;
    this.#organizationOff ??= switchOrganizationOff(client, organization, signal);
    try {
      if (await this.#organizationOff) return;
    } catch (error) {
      this.#organizationOff = undefined;
      throw error;
    }
    progress(`the Actions of all of ${organization} cannot be switched off by this token; each fork's are`);
  }

  /** Writes may fail for a while after reads work. */
  async #actionsOff(forkRepo: string, repo: string, signal: AbortSignal | undefined): Promise<void> {
    const { client, clock, pace } = this.#place;
    for (let attempt = 1; ; attempt++) {
      try {
        await switchActionsOff(client, forkRepo, repo, signal);
        return;
      } catch (error) {
        if (!(error instanceof ForkError) || error.code !== "actions_enabled" || attempt >= 4) throw error;
        await clock.sleep(pace.pollMs * 2 ** (attempt - 1), signal);
      }
    }
  }

  #ready(repo: string, fork: RepositoryFacts, signal: AbortSignal | undefined): Promise<ReadyFork> {
    const call = this.#git.call(repo, signal);
    const urlOf = (facts: RepositoryFacts): string => this.#git.url(facts.repo);
    return waitReady(
      this.#place,
      repo,
      fork,
      urlOf,
      () => this.#git.remote({ ...call, timeoutMs: 60_000 }),
      signal,
    );
  }

  #fork(repo: string, { facts, baseSha }: ReadyFork): Fork {
    return {
      repo,
      forkRepo: facts.repo,
      parent: String(facts.parent?.id ?? ""),
      webUrl: `${this.#serverUrl}/${facts.repo}`,
      cloneUrl: facts.private ? null : this.#git.url(facts.repo),
      defaultBranch: facts.defaultBranch,
      baseSha,
    };
  }

  async #factsOf(fork: Fork, signal: AbortSignal | undefined): Promise<RepositoryFacts> {
    this.#git.mirror(fork);
    const facts = await readRepository(this.#place.client, fork.forkRepo, signal);
    const stayed = facts?.repo.toLowerCase() === fork.forkRepo.toLowerCase();
    if (facts !== null && stayed && String(facts.parent?.id) === fork.parent) return facts;
    if (facts !== null && stayed) throw strange(fork.repo, facts);
    throw new ForkError(
      "server_failed",
      `The fork ${fork.forkRepo} is gone, or was moved. Begin a new run, which finds it by its parent or forks again.`,
      {
        repo: fork.repo,
      },
    );
  }
}

function strange(repo: string, facts: RepositoryFacts): ForkError {
  return new ForkError(
    "name_taken",
    `${facts.repo} is not a fork of ${repo} (its parent is ${facts.parent?.repo ?? "not known"}): it is left alone. Rename it, or use another organization.`,
    { repo },
  );
}
