export type { GitHubControl, RepositoryState } from "./control/control.ts";
export type { FaultAct, FaultRule } from "./faults.ts";
export type { ForkTiming, GitHubLimits, GitHubOptions } from "./options.ts";
export type {
  AccountSeed,
  AppSeed,
  CommitSeed,
  OrganizationSeed,
  RepositoryFacts,
  RepositorySeed,
  TokenSeed,
} from "./seeds.ts";
export { type GitHubServer, startGitHub } from "./start-github.ts";
export type { ForkPhase } from "./state/fork-phase.ts";
export type { Call, Mismatch, UsageItem, Violation, WorkflowRun } from "./state/records.ts";
export { syntheticFiles } from "./universe/synthetic-files.ts";
export {
  type SyntheticOwner,
  type SyntheticRepository,
  syntheticUniverse,
  type UniverseOptions,
} from "./universe/synthetic-universe.ts";
