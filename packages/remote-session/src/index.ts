export { quoteSh } from "./quote-sh.ts";
export { SessionError, type SessionErrorCode, type SessionErrorFacts } from "./errors.ts";
export type { Job, JobSpec, JobState, JobStatus } from "./job.ts";
export type {
  Connect,
  ConnectOptions,
  ExecOptions,
  ExecResult,
  PersistentShell,
  Session,
  SessionEndpoint,
  Tail,
} from "./session.ts";
export type {
  DownloadedFile,
  DownloadLimits,
  DownloadRequest,
  DownloadResult,
  UploadEntry,
} from "./transfer.ts";
