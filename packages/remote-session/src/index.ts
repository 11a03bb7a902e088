export { eachMachine, type EachMachineOptions } from "./each-machine.ts";
export { sessionFleet, type SessionFleet, type SessionFleetOptions } from "./session-fleet.ts";
export { quoteSh } from "./quote-sh.ts";
export { SessionError, type SessionErrorCode, type SessionErrorFacts } from "./errors.ts";
export type { Job, JobEnd, JobFacts, JobProgress, JobSpec, JobState, JobStatus } from "./job.ts";
export { liveness, reconnectDelay, type Liveness, type LivenessFacts } from "./liveness.ts";
export type {
  Connect,
  ConnectOptions,
  ExecOptions,
  ExecResult,
  PersistentShell,
  Session,
  SessionAlgorithms,
  SessionEndpoint,
  Tail,
} from "./session.ts";
export type {
  DownloadedFile,
  DownloadLimits,
  DownloadRequest,
  DownloadResult,
  GrownFile,
  PreparedUpload,
  UploadEntry,
} from "./transfer.ts";
