import { join, resolve } from "node:path";

import { ForkError } from "../errors.ts";
import { inspectPatches } from "../git/inspect-patches.ts";
import { listCommits } from "../git/list-commits.ts";
import { pushCommit } from "../git/push-commit.ts";
import { scratchClone } from "../git/scratch-clone.ts";
import type { GitCall } from "../git/start-git.ts";
import { temporaryFolder } from "../git/temporary-folder.ts";
import { unpackBundle } from "../git/unpack-bundle.ts";
import { writeBundle } from "../git/write-bundle.ts";
import { checkBranch, checkSha, parseRepo } from "../names.ts";
import type { BranchCommit, Fork, PushRequest } from "../provider.ts";
import { fetchBranch, type MirrorRequest, updateMirror } from "./mirror.ts";
import type { GitHubForkOptions } from "./options.ts";
import { pushRefusal } from "./push-refusal.ts";
import { remoteBranch, remoteFailure } from "./remote-branch.ts";

/** What is done with git: in clean clones of our own, over the network with a token that git gives to one server. */
export class ForkGit {
  readonly #options: GitHubForkOptions;
  readonly #serverUrl: string;

  constructor(options: GitHubForkOptions, serverUrl: string) {
    this.#options = options;
    this.#serverUrl = serverUrl;
  }

  async bundle(fork: Fork, file: string, signal?: AbortSignal, branch?: string): Promise<void> {
    checkBranch(fork.defaultBranch);
    checkSha(fork.baseSha);
    if (branch !== undefined) checkBranch(branch);
    const call = this.call(fork.repo, signal);
    const remote = await this.remote(call);
    const mirror = this.mirror(fork);
    const sha = branch === undefined ? null : await remoteBranch(mirror.url, branch, remote);
    const also = branch === undefined || sha === null ? null : { branch, sha };
    await updateMirror({ ...mirror, branches: also === null ? [] : [also.branch], tags: true }, call, remote);
    await writeBundle(fork, mirror.path, file, call, also);
  }

  /** `beforePush` is the last thing that happens before the branch is on the server. */
  async push(request: PushRequest, beforePush: () => Promise<void>, signal?: AbortSignal): Promise<void> {
    const { fork, branch, sha, bundleFile } = request;
    checkBranch(branch);
    checkSha(sha);
    checkSha(fork.baseSha);
    const { repo, baseSha, defaultBranch } = fork;
    const mirror = this.mirror(fork);
    if (branch === defaultBranch) {
      const text = `${branch} is the default branch of the fork of ${repo}: the run's base, which does not move. Push another branch.`;
      throw new ForkError("invalid_request", text, { repo });
    }
    const call = this.call(repo, signal);
    const remote = await this.remote(call);
    const look = (): Promise<string | null> => remoteBranch(mirror.url, branch, remote);
    const seen = await look();
    if (seen === sha && request.mayBeThere !== true) return;
    await updateMirror({ ...mirror, branches: seen === null ? [] : [branch] }, call, remote);
    await using folder = await temporaryFolder(this.#folder);
    const from = await scratchClone(mirror.path, folder.path, call);
    const maxBytes = this.#options.maxBundleBytes ?? 2 * 1024 ** 3;
    await unpackBundle({ repo, bundleFile, branch, sha, baseSha, maxBytes }, from, call);
    await inspectPatches(request, { ...call, gitDir: from });
    if (seen === sha) return;
    await beforePush();
    const explain = (stderr: string): ForkError | null => pushRefusal(stderr, branch, repo);
    const { credential } = await this.remote(call);
    const words = { look, explain, failed: remoteFailure };
    await pushCommit({ repo, from, to: mirror.url, branch, sha, seen, ...words, credential }, call);
  }

  async branchSha(fork: Fork, branch: string, signal?: AbortSignal): Promise<string | null> {
    checkBranch(branch);
    return await remoteBranch(this.mirror(fork).url, branch, await this.remote(this.call(fork.repo, signal)));
  }

  async commits(fork: Fork, branch: string, limit: number, signal?: AbortSignal): Promise<BranchCommit[]> {
    checkBranch(branch);
    checkSha(fork.baseSha);
    if (!Number.isInteger(limit) || limit < 1 || limit > 10_000) {
      throw new ForkError("invalid_request", `The limit ${limit} is not between 1 and 10,000.`);
    }
    const call = this.call(fork.repo, signal);
    const mirror = this.mirror(fork);
    const tip = await fetchBranch(mirror, branch, call, await this.remote(call));
    if (tip === null) return [];
    return await listCommits({ base: fork.baseSha, tip, limit }, { ...call, gitDir: mirror.path });
  }

  get #folder(): string {
    return join(resolve(this.#options.directory), "mirrors", this.#options.organization);
  }

  /** Throws `invalid_request` unless the fork is in our organization: nothing else is ever pushed to. */
  mirror(fork: Fork): MirrorRequest {
    const { owner, name } = parseRepo(fork.forkRepo);
    if (owner.toLowerCase() === this.#options.organization.toLowerCase() && fork.forkRepo !== fork.repo)
      return { path: join(this.#folder, `${name}.git`), url: this.url(fork.forkRepo), fork };
    const text = `${fork.forkRepo} is no fork in ${this.#options.organization}. Ask the provider that made it.`;
    throw new ForkError("invalid_request", text, { repo: fork.repo });
  }

  /** The repository's URL for git. */
  url(repo: string): string {
    parseRepo(repo);
    return `${this.#serverUrl}/${repo}.git`;
  }

  call(repo: string, signal?: AbortSignal): GitCall {
    return { repo, signal, timeoutMs: this.#options.gitTimeoutMs };
  }

  /** The same for git over the network: with the token, which git gives to nobody unless the server asks for it. */
  async remote(call: GitCall): Promise<GitCall> {
    const token = await this.#options.token.token(call.signal);
    return { ...call, credential: { server: this.#serverUrl, token } };
  }
}
