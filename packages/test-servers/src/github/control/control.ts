import type { FaultRule } from "../faults.ts";
import type {
  AccountSeed,
  AppSeed,
  CommitSeed,
  OrganizationSeed,
  RepositoryFacts,
  RepositorySeed,
  TokenSeed,
} from "../seeds.ts";
import type { UniverseOptions } from "../universe/synthetic-universe.ts";
import type { ForkPhase } from "../state/fork-phase.ts";
import type { Call, Mismatch, UsageItem, Violation, WorkflowRun } from "../state/records.ts";

/** A repository as a test sees it. */
export interface RepositoryState extends RepositoryFacts {
  readonly id: number;
  /** `owner/name`. */
  readonly repo: string;
  /** `owner/name` of the repository that it was forked from. */
  readonly parent: string | null;
  readonly phase: ForkPhase;
  /** Whether a push would run workflows: the organization's switch and its own. */
  readonly actionsOn: boolean;
  /** Branches and tags, by their full names. */
  readonly refs: Readonly<Record<string, string>>;
  /** Folder of the bare repository, for git itself; null: it is synthetic. */
  readonly folder: string | null;
}

/** What a test may do behind GitHub's back. The same in the test's process and in one of its own. */
export interface GitHubControl {
  addOrganization(seed: OrganizationSeed): Promise<void>;
  addUser(seed: AccountSeed): Promise<void>;
  /** Adds a repository; gives its id and the default branch's commit (null: there is none). */
  addRepository(seed: RepositorySeed): Promise<{ readonly id: number; readonly sha: string | null }>;
  /** Changes facts of a repository. */
  changeRepository(repo: string, facts: Partial<RepositoryFacts>): Promise<void>;
  /** Gives it another name or owner; the old name redirects. */
  renameRepository(repo: string, to: string): Promise<void>;
  removeRepository(repo: string): Promise<void>;
  /** Commits to a branch, as its owner would; gives the commit. */
  commit(repo: string, seed: CommitSeed): Promise<string>;
  /** Makes a token. It looks like GitHub's; `id` is its name in `calls`. */
  addToken(seed: TokenSeed): Promise<{ readonly token: string; readonly id: string }>;
  /** Registers an App and installs it. */
  addApp(
    seed: AppSeed,
  ): Promise<{ readonly appId: number; readonly installationId: number; readonly privateKey: string }>;
  /** Sets which of an organization's repositories may run Actions. */
  setOrganizationActions(organization: string, enabled: "all" | "none" | "selected"): Promise<void>;
  /** Appends to an organization's bill. */
  addUsage(organization: string, items: readonly UsageItem[]): Promise<void>;
  /** Adds made-up repositories without git data: see `syntheticUniverse`. */
  addUniverse(options: UniverseOptions): Promise<void>;
  /** Adds a rule; gives its number. */
  addFault(rule: FaultRule): Promise<number>;
  /** Takes one rule away, or all. */
  clearFaults(id?: number): Promise<void>;
  /** Begins a secondary limit for a token (`id`; null: for who has none). */
  beginLimit(
    tokenId: string | null,
    options?: { readonly cooldownMs?: number; readonly retryAfter?: boolean },
  ): Promise<void>;
  /** The next so many searches are answered with `incomplete_results` and lack items. */
  incompleteSearches(count: number): Promise<void>;
  /** Moves the emulator's time on: limits, forks, tokens. */
  advance(ms: number): Promise<void>;
  repository(repo: string): Promise<RepositoryState | null>;
  /** `owner/name` of every repository of an owner. */
  repositories(owner: string): Promise<readonly string[]>;
  calls(): Promise<readonly Call[]>;
  violations(): Promise<readonly Violation[]>;
  mismatches(): Promise<readonly Mismatch[]>;
  workflowRuns(): Promise<readonly WorkflowRun[]>;
}
