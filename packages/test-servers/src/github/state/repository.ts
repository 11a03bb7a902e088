import type { RepoContent } from "../content/repo-content.ts";
import type { RepositoryFacts } from "../seeds.ts";

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** A repository as the emulator holds it. */
export interface Repository extends Mutable<RepositoryFacts> {
  readonly id: number;
  owner: string;
  name: string;
  updatedAt: string;
  parentId: number | null;
  sourceId: number | null;
  /** Login that made it, who is its admin. */
  creator: string | null;
  content: RepoContent;
  /** The switch of the repository itself; the organization's stands above it. */
  actionsEnabled: boolean;
  allowedActions: "all" | "local_only" | "selected";
  /** Set while it is a fork that is being made, and afterwards. */
  forking: {
    readonly askedAtMs: number;
    readonly neverReady: boolean;
    readonly askedBy: string;
    /** Whether its git data lie where they belong. */
    copied: boolean;
  } | null;
}

export const fullName = (repo: Pick<Repository, "owner" | "name">): string => `${repo.owner}/${repo.name}`;

/** Facts of a repository of which nothing was said. */
export function ordinaryFacts(now: string): RepositoryFacts {
  return {
    private: false,
    archived: false,
    disabled: false,
    blocked: false,
    allowForking: true,
    description: null,
    homepage: null,
    language: null,
    license: null,
    size: 1,
    stars: 0,
    topics: [],
    createdAt: now,
    pushedAt: now,
    defaultBranch: "main",
    openIssues: 0,
    forkFate: "ready",
  };
}
