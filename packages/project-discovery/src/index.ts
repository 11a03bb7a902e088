export { discover, type DiscoverOptions, type DiscoverProgress, type EmployeeSource } from "./discover.ts";
export { DiscoveryError, type DiscoveryErrorCode } from "./errors.ts";
export type { GitHubReader } from "./github-reader.ts";
export type { EmployeeCount, RejectionCode } from "./judge/judge.ts";
export type { DiscoveredProject, DiscoveryList } from "./list/discovery-list.ts";
export { pickProjects, readDiscoveredProjects, writeDiscoveryList } from "./list/list-files.ts";
export { toCsv, toMarkdown } from "./list/render-list.ts";
export { DEFAULT_CRITERIA, type DiscoveryCriteria } from "./search/criteria.ts";
