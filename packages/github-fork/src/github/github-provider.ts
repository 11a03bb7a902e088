import type {
  Finding,
  Fork,
  ForkProvider,
  ForkRequest,
  ForkSync,
  MachineAccess,
  UpstreamFiles,
} from "../provider.ts";
import type { CompareFacts } from "./compare.ts";
import type { Review, ReviewText } from "./open-review.ts";
import type { RepositoryFacts } from "./repository-facts.ts";
import type { BranchVerification } from "./verify-commit.ts";

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
  /**
   * A token for that fork's contents alone, an hour long, given once the fork's Actions are seen to be off. Throws `invalid_request`
   * without an App.
   */
  machineToken(fork: Fork, signal?: AbortSignal): Promise<MachineAccess>;
  /** Whether token, organization, Actions and limits allow the work; changes nothing. */
  diagnose(signal?: AbortSignal): Promise<Finding[]>;
}
