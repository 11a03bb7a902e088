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
  /**
   * Standard output and standard error are kept up to this size; default 512 MiB. Of more, the first part and the last
   * (a quarter, at most 8 MiB) are kept, with a line in between that says how much is missing. The last part is put
   * into the log when the job ends.
   */
  readonly maxLogBytes?: number;
  /** Where the log goes, relative to home; default in the job's own folder. */
  readonly logFile?: string;
  /** What the supervisor counts while the job runs; see `JobFacts`. */
  readonly progress?: JobProgress;
  /**
   * Memory that the job may use, with all that it starts; `most`: the machine's memory less 5 %, at least 512 MiB, so
   * that sshd stays reachable. Held by a cgroup where one can be had (`JobFacts.memoryLimited`); everywhere the job is
   * what the kernel ends first.
   */
  readonly memoryLimitBytes?: number | "most";
  /**
   * Disk space set aside while the job runs, so that results, log and exit status can still be written on a full disk;
   * default 64 MiB. 0: none.
   */
  readonly harvestReserveBytes?: number;
}

export interface JobProgress {
  /** A table with one header line, relative to home or absolute. */
  readonly resultsFile?: string;
  /** A repository (its work tree, or a bare one), relative to home or absolute; it may come later. */
  readonly gitDirectory?: string;
  /** The branch whose commits are counted. */
  readonly branch?: string;
}

/** How a job ended; `signalled`: its exit status is 128 + n. `stopped`: by `Job.stop`, whatever the exit status. */
export type JobEnd = "exited" | "signalled" | "out_of_memory" | "disk_full" | "stopped";

/** What was last counted on the machine, while the job ran. */
export interface JobFacts {
  /** All that the job printed, also what the log does not hold. */
  readonly outputBytes: number;
  /** Lines of `progress.resultsFile` that are not empty, without the first; null: no such file. */
  readonly resultRows: number | null;
  /** Commits on `progress.branch` since the job's start; null: no such branch. */
  readonly commits: number | null;
  /** The branch's newest commit. */
  readonly tip: string | null;
  /** How often the kernel ended a process for want of memory; without a memory limit, on the whole machine. */
  readonly oomKills: number;
  /** The disk was full at some time. */
  readonly diskFull: boolean;
  /** A cgroup holds `memoryLimitBytes`. */
  readonly memoryLimited: boolean;
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
  /** The job printed more than `maxLogBytes`; what is missing was dropped. */
  readonly logTruncated: boolean;
  /** null before the end. */
  readonly end?: JobEnd | null;
  /** CPU time of the job's processes, as far as they are not inherited by process 1; null: unknown. */
  readonly cpuSeconds?: number | null;
  /** Memory of the job's processes (resident, shared pages counted in each; or the cgroup's); null: unknown. */
  readonly rssBytes?: number | null;
  /** Missing before the first heartbeat. */
  readonly facts?: JobFacts;
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
