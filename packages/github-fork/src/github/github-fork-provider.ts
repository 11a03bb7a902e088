import { join, resolve } from "node:path";

import { ForkError } from "../errors.ts";
import { trustedOrigin } from "../git/credential.ts";
import { inspectPatches } from "../git/inspect-patches.ts";
import { listCommits } from "../git/list-commits.ts";
import { pushCommit } from "../git/push-commit.ts";
import { scratchClone } from "../git/scratch-clone.ts";
import type { GitCall } from "../git/start-git.ts";
import { temporaryFolder } from "../git/temporary-folder.ts";
import { unpackBundle } from "../git/unpack-bundle.ts";
import { writeBundle } from "../git/write-bundle.ts";
import { checkBranch, checkOrganization, checkSha, parseRepo } from "../names.ts";
import type {
  BranchCommit,
  Finding,
  Fork,
  ForkProvider,
  ForkRequest,
  ForkSync,
  PushRequest,
  UpstreamFiles,
} from "../provider.ts";
import { switchActionsOff, switchOrganizationOff } from "./actions-off.ts";
import type { MachineToken } from "./app-tokens.ts";
import { asGitHubError } from "./as-github-error.ts";
import { GitHubClient } from "./client.ts";
import { systemClock } from "./clock.ts";
import { compareCommits, type CompareFacts } from "./compare.ts";
import { diagnoseGitHub } from "./diagnose.ts";
import { type ForkPlace, lookForFork, makeFork } from "./make-fork.ts";
import { processMemory } from "./memory.ts";
import { fetchBranch, type MirrorRequest, updateMirror } from "./mirror.ts";
import { openReview, type Review, type ReviewText } from "./open-review.ts";
import type { GitHubForkOptions } from "./options.ts";
import { defaultPace } from "./pace.ts";
import { pushRefusal } from "./push-refusal.ts";
import { remoteBranch, remoteFailure } from "./remote-branch.ts";
import type { RepositoryFacts } from "./repository-facts.ts";
import { syncFork } from "./sync-fork.ts";
import { branchOverApi, readRepository, readUpstreamFacts, repoOnServer, skip } from "./upstream.ts";
import { filesOverApi } from "./upstream-files.ts";
import { type ReadyFork, waitReady } from "./wait-ready.ts";

/** What a branch on a fork turned out to be. */
export interface BranchVerification {
  readonly ok: boolean;
  /** What is wrong; null: nothing. */
  readonly reason: string | null;
  /** The commit that git itself gives; null: no such branch. */
  readonly sha: string | null;
  readonly compared: CompareFacts | null;
}

/** Forks on GitHub, or on an Enterprise server. */
export interface GitHubForkProvider extends ForkProvider {
  readonly kind: "github";
  sync(fork: Fork, signal?: AbortSignal): Promise<ForkSync>;
  upstreamFiles(request: ForkRequest, signal?: AbortSignal): Promise<UpstreamFiles>;
  /** What the server says of a repository; null: there is none, or it is not shown to the token. */
  repository(repo: string, signal?: AbortSignal): Promise<RepositoryFacts | null>;
  /** How the branch relates to the run's base; null: no such branch. */
  compare(fork: Fork, branch: string, signal?: AbortSignal): Promise<CompareFacts | null>;
  /** Whether the branch on the fork is that commit, by git itself, and descends from the run's base, by the API. */
  verifyBranch(fork: Fork, branch: string, sha: string, signal?: AbortSignal): Promise<BranchVerification>;
  /** A pull request inside the fork, for review; never on the upstream. Finds the open one when asked again. */
  openReview(fork: Fork, branch: string, text?: ReviewText, signal?: AbortSignal): Promise<Review>;
  /** A token for that fork's contents alone, an hour long. Throws `invalid_request` without an App. */
  machineToken(fork: Fork, signal?: AbortSignal): Promise<MachineToken>;
  /** Whether token, organization, Actions and limits allow the work; changes nothing. */
  diagnose(signal?: AbortSignal): Promise<Finding[]>;
}

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
  #organizationOff: Promise<boolean> | undefined;

  constructor(options: GitHubForkOptions) {
    const { serverUrl = "https://github.com" } = options;
    const { apiUrl = apiOf(serverUrl) } = options;
    const { organization, token, clock = systemClock, progress = () => {} } = options;
    trustedOrigin(serverUrl);
    this.#options = options;
    this.#serverUrl = serverUrl.replace(/\/+$/, "");
    const pace = { ...defaultPace, ...options.pace };
    const memory = options.memory ?? processMemory(clock.now);
    const client = new GitHubClient({ apiUrl, organization, token, clock, memory, pace, progress });
    this.#place = { client, organization, clock, pace, progress };
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
      const files = filesOverApi(this.#place.client, facts.repo, signal);
      // An account may keep these files for all of its repositories in one that is called '.github'.
      const shared = filesOverApi(this.#place.client, `${parseRepo(facts.repo).owner}/.github`, signal);
      return {
        list: (folder) =>
          asGitHubError(repo, signal, () =>
            folder.startsWith(".github:") ? shared.list(folder.slice(8)) : files.list(folder),
          ),
        read: (path) =>
          asGitHubError(repo, signal, () =>
            path.startsWith(".github:") ? shared.read(path.slice(8)) : files.read(path),
          ),
        [Symbol.asyncDispose]: () => Promise.resolve(),
      };
    });
  }

  bundle(fork: Fork, file: string, signal?: AbortSignal, branch?: string): Promise<void> {
    return asGitHubError(fork.repo, signal, async () => {
      checkBranch(fork.defaultBranch);
      checkSha(fork.baseSha);
      if (branch !== undefined) checkBranch(branch);
      const call = this.#call(fork.repo, signal);
      const remote = await this.#remote(call);
      const mirror = this.#mirror(fork);
      const sha = branch === undefined ? null : await remoteBranch(mirror.url, branch, remote);
      const also = branch === undefined || sha === null ? null : { branch, sha };
      await updateMirror(
        { ...mirror, branches: also === null ? [] : [also.branch], tags: true },
        call,
        remote,
      );
      await writeBundle(fork, mirror.path, file, call, also);
    });
  }

  push(request: PushRequest, signal?: AbortSignal): Promise<void> {
    const { fork, branch, sha, bundleFile } = request;
    return asGitHubError(fork.repo, signal, async () => {
      checkBranch(branch);
      checkSha(sha);
      checkSha(fork.baseSha);
      const { repo, baseSha, defaultBranch } = fork;
      const mirror = this.#mirror(fork);
      if (branch === defaultBranch) {
        const text = `${branch} is the default branch of the fork of ${repo}: the run's base, which does not move. Push another branch.`;
        throw new ForkError("invalid_request", text, { repo });
      }
      const call = this.#call(repo, signal);
      const remote = await this.#remote(call);
      const look = (): Promise<string | null> => remoteBranch(mirror.url, branch, remote);
      const seen = await look();
      if (seen === sha) return;
      await updateMirror({ ...mirror, branches: seen === null ? [] : [branch] }, call, remote);
      await using folder = await temporaryFolder(this.#folder);
      const from = await scratchClone(mirror.path, folder.path, call);
      const maxBytes = this.#options.maxBundleBytes ?? 2 * 1024 ** 3;
      await unpackBundle({ repo, bundleFile, branch, sha, baseSha, maxBytes }, from, call);
      await inspectPatches(request, { ...call, gitDir: from });
      // Last, so that nothing can come between: what is pushed runs nowhere.
      await switchActionsOff(this.#place.client, fork.forkRepo, repo, signal);
      const explain = (stderr: string): ForkError | null => pushRefusal(stderr, branch, repo);
      const { credential } = await this.#remote(call);
      await pushCommit(
        { repo, from, to: mirror.url, branch, sha, seen, look, explain, failed: remoteFailure, credential },
        call,
      );
    });
  }

  branchSha(fork: Fork, branch: string, signal?: AbortSignal): Promise<string | null> {
    return asGitHubError(fork.repo, signal, async () => {
      checkBranch(branch);
      return await remoteBranch(
        this.#mirror(fork).url,
        branch,
        await this.#remote(this.#call(fork.repo, signal)),
      );
    });
  }

  commits(fork: Fork, branch: string, limit = 200, signal?: AbortSignal): Promise<BranchCommit[]> {
    return asGitHubError(fork.repo, signal, async () => {
      checkBranch(branch);
      checkSha(fork.baseSha);
      if (!Number.isInteger(limit) || limit < 1 || limit > 10_000) {
        throw new ForkError("invalid_request", `The limit ${limit} is not between 1 and 10,000.`);
      }
      const call = this.#call(fork.repo, signal);
      const mirror = this.#mirror(fork);
      const tip = await fetchBranch(mirror, branch, call, await this.#remote(call));
      return tip === null
        ? []
        : await listCommits({ base: fork.baseSha, tip, limit }, { ...call, gitDir: mirror.path });
    });
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
      checkSha(sha);
      const found = await this.branchSha(fork, branch, signal);
      if (found !== sha) {
        const reason = `${branch} of ${fork.forkRepo} is ${found ?? "not there"}, not ${sha}`;
        return { ok: false, reason, sha: found, compared: null };
      }
      const compared = await compareCommits(this.#place.client, fork.forkRepo, fork.baseSha, sha, signal);
      const descends =
        compared !== null &&
        compared.mergeBaseSha === fork.baseSha &&
        (compared.status === "ahead" || compared.status === "identical");
      const reason = descends ? null : `${sha} does not descend from the base ${fork.baseSha}`;
      return { ok: descends, reason, sha: found, compared };
    });
  }

  openReview(fork: Fork, branch: string, text: ReviewText = {}, signal?: AbortSignal): Promise<Review> {
    return asGitHubError(fork.repo, signal, () => {
      this.#mirror(fork);
      return openReview(this.#place.client, fork, branch, text, signal);
    });
  }

  machineToken(fork: Fork, signal?: AbortSignal): Promise<MachineToken> {
    return asGitHubError(fork.repo, signal, async () => {
      this.#mirror(fork);
      const { app } = this.#options;
      if (app !== undefined) return await app.repositoryToken(fork.forkRepo, signal);
      throw new ForkError(
        "invalid_request",
        'A machine is given no organization token. For github.push "machine", set GITHUB_APP_ID and GITHUB_APP_PRIVATE_KEY of an App that is installed on the organization.',
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
    const call = this.#call(repo, signal);
    const urlOf = (facts: RepositoryFacts): string => this.#gitUrl(facts.repo);
    return waitReady(
      this.#place,
      repo,
      fork,
      urlOf,
      () => this.#remote({ ...call, timeoutMs: 60_000 }),
      signal,
    );
  }

  #fork(repo: string, { facts, baseSha }: ReadyFork): Fork {
    return {
      repo,
      forkRepo: facts.repo,
      parent: String(facts.parent?.id ?? ""),
      webUrl: `${this.#serverUrl}/${facts.repo}`,
      cloneUrl: facts.private ? null : this.#gitUrl(facts.repo),
      defaultBranch: facts.defaultBranch,
      baseSha,
    };
  }

  async #factsOf(fork: Fork, signal: AbortSignal | undefined): Promise<RepositoryFacts> {
    this.#mirror(fork);
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

  get #folder(): string {
    return join(resolve(this.#options.directory), "mirrors", this.#options.organization);
  }

  /** Throws `invalid_request` unless the fork is in our organization: nothing else is ever pushed to. */
  #mirror(fork: Fork): MirrorRequest {
    const { owner, name } = parseRepo(fork.forkRepo);
    if (owner.toLowerCase() === this.#options.organization.toLowerCase() && fork.forkRepo !== fork.repo)
      return { path: join(this.#folder, `${name}.git`), url: this.#gitUrl(fork.forkRepo), fork };
    const text = `${fork.forkRepo} is no fork in ${this.#options.organization}. Ask the provider that made it.`;
    throw new ForkError("invalid_request", text, { repo: fork.repo });
  }

  #gitUrl(repo: string): string {
    parseRepo(repo);
    return `${this.#serverUrl}/${repo}.git`;
  }

  #call(repo: string, signal?: AbortSignal): GitCall {
    return { repo, signal, timeoutMs: this.#options.gitTimeoutMs };
  }

  /** The same for git over the network: with the token, which git gives to nobody unless the server asks for it. */
  async #remote(call: GitCall): Promise<GitCall> {
    const token = await this.#options.token.token(call.signal);
    return { ...call, credential: { server: this.#serverUrl, token } };
  }
}

/** Enterprise servers have their API below themselves. */
function apiOf(serverUrl: string): string {
  const plain = serverUrl.replace(/\/+$/, "");
  return plain === "https://github.com" ? "https://api.github.com" : `${plain}/api/v3`;
}

function strange(repo: string, facts: RepositoryFacts): ForkError {
  return new ForkError(
    "name_taken",
    `${facts.repo} is not a fork of ${repo} (its parent is ${facts.parent?.repo ?? "not known"}): it is left alone. Rename it, or use another organization.`,
    { repo },
  );
}
