/** A program that goes on when the connection ends, under a supervisor in its own process group. */
export interface JobSpec {
  /** 1-40 characters of `a-z`, `0-9` and `-`. */
  readonly name: string;
  /** POSIX sh text. Its standard input is empty; both outputs go to the log. */
  readonly command: string;
  /** Working folder, relative to home or absolute; default home. */
  readonly cwd?: string;
  /** Environment that is no secret. */
  readonly env?: Readonly<Record<string, string>>;
  /** Environment that is secret: sent over standard input into a 0600 file that the supervisor reads. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** Standard output and standard error are kept up to this size, then dropped; default 512 MiB. */
  readonly maxLogBytes?: number;
  /** Where the log goes, relative to home; default in the job's own folder. */
  readonly logFile?: string;
}

/** What the supervisor knows of a job. */
export type JobState = "absent" | "starting" | "running" | "exited" | "lost";

export interface JobStatus {
  /**
   * `absent`: never started. `lost`: it was started, has no exit status, and neither supervisor nor heartbeat
   * is left (the machine was restarted, or somebody killed the supervisor).
   */
  readonly state: JobState;
  /** Exit status; 128 + n after signal n; null before the end. */
  readonly exitCode: number | null;
  /** Seconds since the start, by the machine's monotonic clock; until the end once it has ended. */
  readonly elapsedSeconds: number | null;
  /** Seconds since the supervisor's last heartbeat, by the machine's monotonic clock. */
  readonly heartbeatAgeSeconds: number | null;
  readonly logBytes: number;
  /** The log reached `maxLogBytes` and the rest was dropped. */
  readonly logTruncated: boolean;
}

export interface Job {
  readonly name: string;
  /** Path of the log on the machine, absolute. */
  readonly logFile: string;
  /** false: it had been started before this call. */
  readonly startedNow: boolean;
  /** One round trip over the persistent shell. */
  status(signal?: AbortSignal): Promise<JobStatus>;
  /** TERM to the whole process group, `graceMs` (default 60,000), then KILL. Resolves with the final status. */
  stop(options?: { readonly graceMs?: number; readonly signal?: AbortSignal }): Promise<JobStatus>;
}
