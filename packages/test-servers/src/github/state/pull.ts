/** A pull request. */
export interface Pull {
  readonly id: number;
  readonly number: number;
  readonly repoId: number;
  readonly headRepoId: number;
  readonly headBranch: string;
  readonly baseBranch: string;
  headSha: string;
  readonly baseSha: string;
  title: string;
  body: string | null;
  state: "open" | "closed";
  readonly draft: boolean;
  readonly author: string;
  readonly createdAt: string;
  updatedAt: string;
  closedAt: string | null;
  mergedAt: string | null;
}
