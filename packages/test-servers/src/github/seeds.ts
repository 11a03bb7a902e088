/** A commit to make: whole files, or null to remove one. */
export interface CommitSeed {
  readonly message?: string;
  readonly files: Readonly<Record<string, string | null>>;
  readonly author?: { readonly name: string; readonly email: string };
  /** ISO 8601. Default: now. */
  readonly date?: string;
  /** Default: the default branch. */
  readonly branch?: string;
}

/** What a repository is; what is left out has an ordinary value. */
export interface RepositoryFacts {
  readonly private: boolean;
  readonly archived: boolean;
  readonly disabled: boolean;
  /** Taken down for legal reasons: REST answers 451, git 403. */
  readonly blocked: boolean;
  readonly allowForking: boolean;
  readonly description: string | null;
  readonly homepage: string | null;
  readonly language: string | null;
  /** SPDX id. */
  readonly license: string | null;
  /** KiB. */
  readonly size: number;
  readonly stars: number;
  readonly topics: readonly string[];
  /** ISO 8601. */
  readonly createdAt: string;
  readonly pushedAt: string;
  readonly defaultBranch: string;
  /** Issues and pull requests that are open. */
  readonly openIssues: number;
  /** What becomes of forks of it. Default: "ready". */
  readonly forkFate: "ready" | "never-ready";
}

export interface RepositorySeed extends Partial<RepositoryFacts> {
  /** `owner/name`; an owner that is not known yet becomes an organization. */
  readonly repo: string;
  /** Commits to make, oldest first; an empty list: a repository without a commit. Default: one commit with a README. */
  readonly commits?: readonly CommitSeed[];
  /** Instead of commits: a git repository on this computer to copy. */
  readonly from?: string;
  /** The upstream: this repository is a fork of it that is ready. */
  readonly forkOf?: string;
}

export interface AccountSeed {
  readonly login: string;
  readonly name?: string | null;
  readonly company?: string | null;
  readonly blog?: string | null;
  readonly location?: string | null;
  readonly email?: string | null;
  readonly description?: string | null;
  /** Whether GitHub says that an organization's domain is its own. */
  readonly verified?: boolean;
  /** ISO 8601. */
  readonly createdAt?: string;
}

export interface OrganizationSeed extends AccountSeed {
  /** Logins and what they may do. An organization's owner is an admin. */
  readonly members?: Readonly<Record<string, "admin" | "member">>;
  /** Which repositories may run Actions. Default: "all". */
  readonly actions?: "all" | "none" | "selected";
}

export interface TokenSeed {
  readonly login: string;
  /** Scopes of a classic token, for example `repo`, `workflow`, `admin:org`. */
  readonly scopes?: readonly string[];
  /** Permissions of a fine-grained token, instead of scopes. */
  readonly permissions?: Readonly<Record<string, "read" | "write" | "admin">>;
  /** Repositories of a fine-grained token, `owner/name`. Default: all of the login's. */
  readonly repositories?: readonly string[];
}

export interface AppSeed {
  readonly slug: string;
  /** Account it is installed on. */
  readonly account: string;
  readonly permissions: Readonly<Record<string, "read" | "write" | "admin">>;
  /** `owner/name` of each repository; "all": whatever the account has. Default: "all". */
  readonly repositories?: "all" | readonly string[];
}
