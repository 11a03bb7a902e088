/** A fork that git can use. */
export interface Fork {
  /** The upstream, `owner/name`. */
  readonly repo: string;
  /** The fork, `organization/name`. The name may differ from the upstream's. */
  readonly forkRepo: string;
  /** Identifies the parent so that an existing fork can be adopted: GitHub's id, or the upstream's location. */
  readonly parent: string;
  /** URL that a person can open. */
  readonly webUrl: string;
  /**
   * URL that a machine can clone without a credential; null: only the orchestrator reaches it, so the
   * repository travels to the machine as a git bundle (`bundle`).
   */
  readonly cloneUrl: string | null;
  readonly defaultBranch: string;
  /** The default branch's commit, 40 hex digits: the base of the run. */
  readonly baseSha: string;
}

export interface ForkRequest {
  /** `owner/name`. */
  readonly repo: string;
  /** Git URL or path of the upstream; null: the provider's own place for `repo`. */
  readonly upstream: string | null;
}

/** What to push: a branch out of a git bundle that came from a machine, so nothing in it is trusted. */
export interface PushRequest {
  readonly fork: Fork;
  readonly bundleFile: string;
  /** Branch name, in the bundle and on the fork. */
  readonly branch: string;
  /** The commit that the branch must have afterwards. */
  readonly sha: string;
  /**
   * Reads what would be pushed, before it is: messages and patches of the branch's commits, binary files as text. Answering
   * false refuses the push (`refused`), and nothing has changed.
   */
  readonly inspect?: (patches: AsyncIterable<Uint8Array>) => Promise<boolean>;
  /**
   * The branch may be there already without having gone through `push` (a machine pushed it): bundle and patches are looked at all
   * the same. Default: a branch that is at `sha` is done.
   */
  readonly mayBeThere?: boolean;
}

/** A token that a machine may hold to push by itself: one fork, its contents, an hour. */
export interface MachineToken {
  readonly token: string;
  /** The only repository that it reaches, `owner/name`. */
  readonly repo: string;
  /** ISO 8601. */
  readonly expiresAt: string;
}

/** The token, and where it is good for. */
export interface MachineAccess extends MachineToken {
  /** URL that git pushes to. */
  readonly pushUrl: string;
}

/** A commit of a branch, newest first. */
export interface BranchCommit {
  readonly sha: string;
  readonly subject: string;
  readonly authoredAt: string;
  readonly files: readonly string[];
}

/** What came of bringing an old fork up to its upstream. */
export interface ForkSync {
  /** The fork as it is now: with `fast_forwarded`, its base has moved. */
  readonly fork: Fork;
  readonly outcome: "up_to_date" | "fast_forwarded" | "kept";
  /** Why it was kept as it was, and what to do about it; null otherwise. */
  readonly reason: string | null;
}

/** Files of an upstream's default branch as it is now. Nothing of it is trusted. */
export interface UpstreamFiles extends AsyncDisposable {
  /** Names of the files in a folder (`""`: the root); empty where there is no such folder. */
  list(folder: string): Promise<readonly string[]>;
  /** A file's text; null: no such file, no text, or more than 256 KiB. */
  read(path: string): Promise<string | null>;
}

/** One thing that `diagnose` looked at; `bad` stops a start. The message names the act that mends it. */
export interface Finding {
  readonly name: "token" | "organization" | "actions" | "limits";
  readonly state: "good" | "note" | "bad";
  readonly message: string;
}

/** Forks, pushes and facts about branches. Every adapter passes `forkProviderSuite` of `./testing`. */
export interface ForkProvider {
  readonly kind: string;
  /** Forks, or adopts the fork that exists, and resolves when git itself answers with the base commit. */
  fork(request: ForkRequest, signal?: AbortSignal): Promise<Fork>;
  /** The fork of that upstream, or null. */
  find(request: ForkRequest, signal?: AbortSignal): Promise<Fork | null>;
  /**
   * Writes a git bundle of the fork's default branch to `file`, for machines that cannot clone it; with `branch` of that one
   * too, as the fork has it.
   */
  bundle(fork: Fork, file: string, signal?: AbortSignal, branch?: string): Promise<void>;
  /**
   * Pushes with compare-and-set from a clean clone, without hooks and without any configuration but its own.
   * The branch must descend from the fork's base. Asking again for the same commit succeeds.
   */
  push(request: PushRequest, signal?: AbortSignal): Promise<void>;
  /** The branch's commit on the fork, or null when there is no such branch: git itself is asked. */
  branchSha(fork: Fork, branch: string, signal?: AbortSignal): Promise<string | null>;
  /** Commits of `branch` since the base, newest first, at most `limit` (default 200). */
  commits(fork: Fork, branch: string, limit?: number, signal?: AbortSignal): Promise<BranchCommit[]>;
  /**
   * Brings an adopted fork's default branch up to its upstream, where that is a fast-forward: for the beginning of a run, never
   * in the middle of one. Providers whose forks stay as they were made do not have it.
   */
  sync?(fork: Fork, signal?: AbortSignal): Promise<ForkSync>;
  /**
   * What a machine needs to push to that fork by itself: nothing else is within its reach. What it pushes runs nowhere. Throws
   * `invalid_request` where nothing is set up for it. Providers without such tokens do not have it.
   */
  machineToken?(fork: Fork, signal?: AbortSignal): Promise<MachineAccess>;
  /** The upstream's own files, forked or not. Throws as `fork` does where there is no such upstream. */
  upstreamFiles?(request: ForkRequest, signal?: AbortSignal): Promise<UpstreamFiles>;
  /** Whether the provider can do its work: access, rights, limits. Changes nothing. */
  diagnose?(signal?: AbortSignal): Promise<Finding[]>;
  /** URL of the branch that a person can open. */
  branchUrl(fork: Fork, branch: string): string;
}
