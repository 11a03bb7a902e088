export interface TreeEntry {
  /** Path from the repository's root. */
  readonly path: string;
  readonly mode: string;
  readonly type: "blob" | "tree" | "commit";
  readonly sha: string;
  /** Bytes; null for what is no blob. */
  readonly size: number | null;
}

export interface CommitFacts {
  readonly sha: string;
  readonly tree: string;
  readonly parents: readonly string[];
  readonly author: Signature;
  readonly committer: Signature;
  readonly message: string;
}

interface Signature {
  readonly name: string;
  readonly email: string;
  /** ISO 8601 in UTC. */
  readonly date: string;
}

export interface ChangedFile {
  readonly path: string;
  readonly status: "added" | "removed" | "modified" | "renamed" | "changed";
  readonly additions: number;
  readonly deletions: number;
  readonly sha: string;
  readonly previousPath: string | null;
}

export interface LogOptions {
  readonly skip: number;
  readonly limit: number;
  readonly path?: string | undefined;
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  readonly author?: string | undefined;
}

/** What is in a repository: real git, or made up from a seed. */
export interface RepoContent {
  /** Folder of the bare repository that git serves; null: there is none. */
  readonly folder: string | null;
  /** Full ref names and their objects, for example `refs/heads/main`. */
  refs(): Promise<ReadonlyMap<string, string>>;
  /** The commit of a branch, tag, full ref, SHA or `HEAD`; null: no such thing. */
  resolve(revision: string): Promise<string | null>;
  commit(sha: string): Promise<CommitFacts>;
  log(revision: string, options: LogOptions): Promise<CommitFacts[]>;
  count(revision: string): Promise<number>;
  /** Entries below a commit or tree; null: no such object. */
  tree(treeish: string, recursive: boolean): Promise<TreeEntry[] | null>;
  /** One entry of a commit's tree; null: no such path. */
  entry(commit: string, path: string): Promise<TreeEntry | null>;
  blob(sha: string): Promise<Buffer>;
  /** Files that differ between two commits (null: the empty tree). */
  changes(base: string | null, head: string): Promise<ChangedFile[]>;
  mergeBase(one: string, other: string): Promise<string | null>;
  /** Commits that are in `head` and not in `base`, oldest first. */
  between(base: string, head: string): Promise<CommitFacts[]>;
}
