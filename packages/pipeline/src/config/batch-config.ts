/** `batch` of universe.config.json: how many projects are driven unattended. */
export interface BatchConfig {
  /** Projects start in waves, in the order of projects.json; each wave is judged before the next. */
  readonly waves: {
    /** Of the first wave, the second …; what is left is the last one. */
    readonly sizes: readonly number[];
    /** Share of a wave's completed projects that need a verified claim; not judged where nothing is proven. */
    readonly minVerifiedShare: number;
    /** Share of a wave's projects, without skipped ones, that may fail. */
    readonly maxFailedShare: number;
  };
  readonly concurrency: {
    /** Projects worked on at once in one process. */
    readonly looks: number;
    /** Projects begun at once. */
    readonly starts: number;
    /** Machines alive at most, by region. */
    readonly regions: Readonly<Record<string, number>>;
  };
  readonly budget: { readonly campaign: BatchBudget; readonly project: BatchBudget };
  /** What a run may cost at most where agent and provider cannot say; null: as they say. */
  readonly assume: { readonly agentUsdPerRun: number | null; readonly machineUsdPerHour: number | null };
  /** `failures` of one class among the latest `window` finished runs pause new starts. */
  readonly breaker: { readonly failures: number; readonly window: number };
  /** How often a project is run again after each outcome, and how long after it. */
  readonly rerun: {
    readonly failed: number;
    readonly timedOut: number;
    readonly empty: number;
    readonly skipped: number;
    /** Its machine was lost: deleted by somebody, or taken back by the provider. */
    readonly lost: number;
    readonly afterMinutes: number;
  };
  /** How long the machine of a failed run is kept for a person (0: not at all), and how many at once. */
  readonly keep: { readonly hours: number; readonly machines: number };
  /** One project first after a change of kit, templates or agent settings. */
  readonly canary: boolean;
  readonly notify: {
    /** null: UNIVERSE_WEBHOOK_URL of the environment, if any. */
    readonly url: string | null;
    readonly retries: number;
    /** First pause before a retry; it doubles. */
    readonly retrySeconds: number;
    readonly timeoutSeconds: number;
  };
  readonly sweep: {
    readonly everyMinutes: number;
    /** What is younger is left alone. */
    readonly graceMinutes: number;
    /** Age of the last sweep that is an alarm. */
    readonly alarmMinutes: number;
  };
  /** A run that is due for this long without a look is an alarm. */
  readonly progressAlarmMinutes: number;
  readonly tickSeconds: number;
  /** What removals under way may take after SIGTERM. */
  readonly shutdownSeconds: number;
  /** port null: no server; 0: any free one. */
  readonly http: { readonly host: string; readonly port: number | null };
}

/** Limits in USD; null: none. */
export interface BatchBudget {
  readonly agentUsd: number | null;
  readonly machineUsd: number | null;
}
