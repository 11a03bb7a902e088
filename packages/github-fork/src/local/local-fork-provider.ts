import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

import { ForkError } from "../errors.ts";
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
  Fork,
  ForkProvider,
  ForkRequest,
  PushRequest,
  UpstreamFiles,
} from "../provider.ts";
import { asForkError } from "./as-fork-error.ts";
import { createFork } from "./create-fork.ts";
import { isTaken, parentOf, readBranch, readFork } from "./fork-folder.ts";
import { readUpstream, type Upstream } from "./upstream.ts";
import { fetchUpstreamFiles } from "./upstream-files.ts";

export interface LocalForkOptions {
  /** Folder that holds the forks: `<directory>/<organization>/<name>.git`. Made when it is missing. */
  readonly directory: string;
  readonly organization: string;
  /** Where a repository is whose request names no upstream; null, or without this option: it must be named. */
  readonly resolveUpstream?: (repo: string) => string | null;
  /** Larger bundles are refused by `push`. Default: 2 GiB. */
  readonly maxBundleBytes?: number;
  /** For each run of git, a clone for example. Default: 1 hour. */
  readonly gitTimeoutMs?: number;
}

/**
 * Keeps forks as bare repositories in a folder. Upstreams are absolute paths or git URLs. Git runs without the system's
 * and the user's configuration, without hooks and without prompts.
 *
 * Throws `invalid_request` at once for an organization that cannot be a folder's name.
 */
export function localForkProvider(options: LocalForkOptions): ForkProvider {
  checkOrganization(options.organization);
  return new LocalForkProvider(options);
}

class LocalForkProvider implements ForkProvider {
  readonly kind = "local";
  readonly #options: LocalForkOptions;

  constructor(options: LocalForkOptions) {
    this.#options = { ...options, directory: resolve(options.directory) };
  }

  fork(request: ForkRequest, signal?: AbortSignal): Promise<Fork> {
    return asForkError(request.repo, signal, async () => {
      const upstream = await this.#upstream(request);
      const call = this.#call(request.repo, signal);
      for (let attempt = 0; attempt < 5; attempt++) {
        const fork = await this.#find(request.repo, upstream, call);
        if (fork) return fork;
        await createFork(upstream, request.repo, await this.#freePath(request.repo), call);
      }
      throw new ForkError("not_ready", `The fork of ${request.repo} appears and vanishes. Try again.`, {
        repo: request.repo,
      });
    });
  }

  find(request: ForkRequest, signal?: AbortSignal): Promise<Fork | null> {
    return asForkError(request.repo, signal, async () => {
      const upstream = await this.#upstream(request);
      return await this.#find(request.repo, upstream, this.#call(request.repo, signal));
    });
  }

  upstreamFiles(request: ForkRequest, signal?: AbortSignal): Promise<UpstreamFiles> {
    return asForkError(request.repo, signal, async () => {
      const upstream = await this.#upstream(request);
      return await fetchUpstreamFiles(upstream, request.repo, this.#call(request.repo, signal));
    });
  }

  bundle(fork: Fork, file: string, signal?: AbortSignal, branch?: string): Promise<void> {
    return asForkError(fork.repo, signal, async () => {
      checkBranch(fork.defaultBranch);
      checkSha(fork.baseSha);
      const call = this.#call(fork.repo, signal);
      const path = this.#pathOf(fork);
      await readBranch(path, fork.defaultBranch, call);
      if (branch !== undefined) checkBranch(branch);
      const sha = branch === undefined ? null : await readBranch(path, branch, call);
      await writeBundle(
        fork,
        path,
        file,
        call,
        branch === undefined || sha === null ? null : { branch, sha },
      );
    });
  }

  push(request: PushRequest, signal?: AbortSignal): Promise<void> {
    const { fork, branch, sha, bundleFile } = request;
    return asForkError(fork.repo, signal, async () => {
      checkBranch(branch);
      checkSha(sha);
      checkSha(fork.baseSha);
      const to = this.#pathOf(fork);
      const call = this.#call(fork.repo, signal);
      const { repo, baseSha, defaultBranch } = fork;
      if (branch === defaultBranch) {
        const text = `${branch} is the default branch of the fork of ${repo}: the run's base, which does not move. Push another branch.`;
        throw new ForkError("invalid_request", text, { repo });
      }
      const seen = await readBranch(to, branch, call);
      if (seen === sha && request.mayBeThere !== true) return;
      await using folder = await temporaryFolder(this.#folder);
      const from = await scratchClone(to, folder.path, call);
      const maxBytes = this.#options.maxBundleBytes ?? 2 * 1024 ** 3;
      await unpackBundle({ repo, bundleFile, branch, sha, baseSha, maxBytes }, from, call);
      await inspectPatches(request, { ...call, gitDir: from });
      if (seen === sha) return;
      const look = (): Promise<string | null> => readBranch(to, branch, call);
      await pushCommit({ repo, from, to, branch, sha, seen, look }, call);
    });
  }

  branchSha(fork: Fork, branch: string, signal?: AbortSignal): Promise<string | null> {
    return asForkError(fork.repo, signal, async () => {
      checkBranch(branch);
      return await readBranch(this.#pathOf(fork), branch, this.#call(fork.repo, signal));
    });
  }

  commits(fork: Fork, branch: string, limit = 200, signal?: AbortSignal): Promise<BranchCommit[]> {
    return asForkError(fork.repo, signal, async () => {
      checkBranch(branch);
      checkSha(fork.baseSha);
      if (!Number.isInteger(limit) || limit < 1 || limit > 10_000) {
        throw new ForkError("invalid_request", `The limit ${limit} is not between 1 and 10,000.`);
      }
      const call = { ...this.#call(fork.repo, signal), gitDir: this.#pathOf(fork) };
      const tip = await readBranch(call.gitDir, branch, call);
      return tip === null ? [] : await listCommits({ base: fork.baseSha, tip, limit }, call);
    });
  }

  /** The fork's folder as a URL, with the branch as its fragment. */
  branchUrl(fork: Fork, branch: string): string {
    checkBranch(branch);
    const fragment = branch.split("/").map(encodeURIComponent).join("/");
    return `${pathToFileURL(this.#pathOf(fork)).href}#${fragment}`;
  }

  get #folder(): string {
    return join(this.#options.directory, this.#options.organization);
  }

  #call(repo: string, signal?: AbortSignal): GitCall {
    return { repo, signal, timeoutMs: this.#options.gitTimeoutMs };
  }

  async #upstream(request: ForkRequest): Promise<Upstream> {
    parseRepo(request.repo);
    const text = request.upstream ?? this.#options.resolveUpstream?.(request.repo) ?? null;
    if (text !== null) return await readUpstream(text);
    const message = `Nothing says where ${request.repo} is. Name its upstream, a git URL or a path.`;
    throw new ForkError("upstream_missing", message, { repo: request.repo });
  }

  /** The plain name first; where another repository has it, the owner stands before it. */
  #names(repo: string): [string, string] {
    const { owner, name } = parseRepo(repo);
    return [name, `${owner}-${name}`];
  }

  async #find(repo: string, upstream: Upstream, call: GitCall): Promise<Fork | null> {
    for (const name of this.#names(repo)) {
      const path = join(this.#folder, `${name}.git`);
      if (!(await isTaken(path)) || (await parentOf(path, call)) !== upstream.parent) continue;
      const forkRepo = `${this.#options.organization}/${name}`;
      return await readFork(path, { repo, forkRepo, parent: upstream.parent }, call);
    }
    return null;
  }

  async #freePath(repo: string): Promise<string> {
    const paths = this.#names(repo).map((name) => join(this.#folder, `${name}.git`));
    for (const path of paths) {
      if (!(await isTaken(path))) return path;
    }
    const text = `The fork of ${repo} has no free name: ${paths.join(" and ")} are other repositories. Move one of them away, or use another organization.`;
    throw new ForkError("name_taken", text, { repo });
  }

  #pathOf(fork: Fork): string {
    const { owner, name } = parseRepo(fork.forkRepo);
    if (owner === this.#options.organization) return join(this.#folder, `${name}.git`);
    const text = `${fork.forkRepo} is no fork in ${this.#options.organization}. Ask the provider that made it.`;
    throw new ForkError("invalid_request", text, { repo: fork.repo });
  }
}
