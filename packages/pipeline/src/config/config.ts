/** universe.config.json after defaults. Durations may be fractions; money is in USD. */
export interface Config {
  /** Name of the campaign: part of machine names and tags. */
  readonly campaign: string;
  readonly github: {
    /** Organization (or folder, locally) that owns the forks. */
    readonly organization: string;
    readonly provider: "local";
    readonly push: "orchestrator";
  };
  readonly machines: {
    readonly provider: "local" | "hosts";
    /** Machines alive at the same time. */
    readonly concurrency: number;
    /** Age at which a machine is removed whatever it does. */
    readonly ttlHours: number;
    readonly hosts: {
      /** Private key that may log in to the inventory, relative to the campaign; null: the campaign's own key. */
      readonly privateKeyFile: string | null;
      readonly inventory: readonly HostConfig[];
    };
  };
  readonly agent: {
    readonly kind: "claude-code" | "codex" | "gemini" | "command" | "demo";
    readonly model: string;
    /** Stronger model for the rerun of a stuck session; null: none. */
    readonly fallbackModel: string | null;
    readonly maxTurns: number;
    /** null: no limit. */
    readonly maxBudgetUsd: number | null;
    /** Local folder of the Codeflash plugin, relative to the campaign; null: none. */
    readonly plugin: string | null;
    /** POSIX sh text for `kind: "command"`. */
    readonly command: string | null;
    /** Runs that may share one of the agent's keys (ANTHROPIC_API_KEY, ANTHROPIC_API_KEY_2 …) at the same time. */
    readonly keyConcurrency: number;
    /** Names of further environment variables whose values travel to the agent as secrets. */
    readonly secrets: readonly string[];
  };
  readonly run: {
    /** Branch on the fork that collects the optimizations. */
    readonly branch: string;
    readonly timeLimitHours: number;
    /** A run with neither a summary nor a kept experiment after this long is stopped. */
    readonly noResultHours: number;
    readonly pollMinutes: number;
    /** What a run may take beyond its time limit before it is stopped. */
    readonly overtimeMinutes: number;
    /** How long an agent may go on after its summary is written. */
    readonly afterResultMinutes: number;
    /** How often a session that was cut off is taken up again. */
    readonly maxResumes: number;
    /** What a machine may cost while its agent waits for a usage limit to be lifted; above it the run ends with what it has. */
    readonly maxParkUsd: number;
    /** Between SIGTERM and SIGKILL. */
    readonly stopGraceSeconds: number;
    readonly bootstrapMinutes: number;
    /** First pause before a failed step is tried again; it doubles, up to 15 minutes. */
    readonly retrySeconds: number;
  };
  readonly outreach: {
    readonly gate: { readonly minVerified: number; readonly minSpeedup: number };
    readonly calendlyLink: string;
  };
}

/** One existing machine of `machines.hosts.inventory`. */
export interface HostConfig {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly username: string;
  /** Host keys in OpenSSH form, as `ssh-keyscan` prints them without the host's name. */
  readonly hostKeys: readonly string[];
  /** Folder on the host for runs, absolute; default ~/.universe-hosts. */
  readonly directory?: string;
  /** File that the host's sshd reads authorized keys from, absolute; default ~/.ssh/authorized_keys. */
  readonly authorizedKeysFile?: string;
}
