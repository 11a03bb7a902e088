export { ForkError, type ForkErrorCode, type ForkErrorFacts } from "./errors.ts";
export type { BranchCommit, Fork, ForkProvider, ForkRequest, PushRequest } from "./provider.ts";
