export { appTokens, type AppOptions, type AppTokens, type MachineToken } from "./app-tokens.ts";
export type { ForkClock } from "./clock.ts";
export type { CompareFacts } from "./compare.ts";
export {
  type BranchVerification,
  githubForkProvider,
  type GitHubForkProvider,
} from "./github-fork-provider.ts";
export { fileMemory, type ForkMemory, processMemory } from "./memory.ts";
export type { Review, ReviewText } from "./open-review.ts";
export type { GitHubForkOptions } from "./options.ts";
export { defaultPace, type Pace } from "./pace.ts";
export type { RepositoryFacts } from "./repository-facts.ts";
export { fixedToken, type TokenSource } from "./token-source.ts";
