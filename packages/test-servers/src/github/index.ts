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
export { type ControlAccess, remoteControl } from "./control/control-server.ts";
export { type GitHubProcess, startGitHubProcess } from "./start-github-process.ts";
export type { ForkPhase } from "./state/fork-phase.ts";
export type { Call, Mismatch, UsageItem, Violation, WorkflowRun } from "./state/records.ts";
export { syntheticFiles } from "./universe/synthetic-files.ts";
export {
  type SyntheticOwner,
  type SyntheticRepository,
  syntheticUniverse,
  type UniverseOptions,
} from "./universe/synthetic-universe.ts";
export { type GitHubServer, startGitHub } from "./start-github.ts";
