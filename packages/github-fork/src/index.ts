export { ForkError, type ForkErrorCode, type ForkErrorFacts, isUpstreamSkip } from "./errors.ts";
export type {
  BranchCommit,
  Finding,
  Fork,
  ForkProvider,
  ForkRequest,
  ForkSync,
  MachineAccess,
  MachineToken,
  PushRequest,
  UpstreamFiles,
} from "./provider.ts";
