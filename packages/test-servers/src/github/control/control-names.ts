import type { GitHubControl } from "./control.ts";

// A record, so that the compiler finds a name that is missing here.
const names: Record<keyof GitHubControl, true> = {
  addOrganization: true,
  addUser: true,
  addRepository: true,
  changeRepository: true,
  renameRepository: true,
  removeRepository: true,
  commit: true,
  addToken: true,
  addApp: true,
  setOrganizationActions: true,
  addUsage: true,
  addUniverse: true,
  addFault: true,
  clearFaults: true,
  beginLimit: true,
  incompleteSearches: true,
  advance: true,
  repository: true,
  repositories: true,
  calls: true,
  violations: true,
  mismatches: true,
  workflowRuns: true,
};

/** Every name of GitHubControl, for the way to another process. */
export const controlNames: readonly (keyof GitHubControl)[] = Object.keys(names) as (keyof GitHubControl)[];
