import type { BatchConfig } from "./batch-config.ts";

/** universe.config.json after defaults. Durations may be fractions; money is in USD. */
export interface Config {
  /** Name of the campaign: part of machine names and tags. */
  readonly campaign: string;
  readonly github: {
    /** Organization (or folder, locally) that owns the forks. */
    readonly organization: string;
    readonly provider: "local" | "github";
    /**
     * `off`: the Actions of the whole organization are switched off before the first fork, where the token may; for one that holds
     * forks only. Those of each fork are switched off whatever this says.
     */
    readonly organizationActions: "leave" | "off";
    /** Who pushes the branch; `machine` gives the machine a token of that one repository. */
    readonly push: "orchestrator" | "machine";
    /** A GitHub App in place of GITHUB_TOKEN where an installation's token is needed; null: none. */
    readonly app: { readonly id: string; readonly privateKeyFile: string } | null;
  };
  readonly machines: {
    readonly provider: "local" | "hosts" | "azure";
    /** Machines alive at the same time. */
    readonly concurrency: number;
    /** Age at which a machine is removed whatever it does. */
    readonly ttlHours: number;
    readonly hosts: {
      /** Private key that may log in to the inventory, relative to the campaign; null: the campaign's own key. */
      readonly privateKeyFile: string | null;
      readonly inventory: readonly HostConfig[];
    };
    readonly azure: AzureConfig;
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
    /** Branch on the fork that holds the verified commits alone, where `branch` holds others too; null: none is made. */
    readonly verifiedBranch: string | null;
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
    /** Whether a run whose spot machine was taken back is followed by another, twice in a row at most. */
    readonly rerunAfterEviction: boolean;
    /** Between SIGTERM and SIGKILL. */
    readonly stopGraceSeconds: number;
    readonly bootstrapMinutes: number;
    /** First pause before a failed step is tried again; it doubles, up to 15 minutes. */
    readonly retrySeconds: number;
  };
  readonly proof: {
    /** Where claims are measured again: a machine that the agent never touched, the run's own, or nowhere. */
    readonly machine: "fresh" | "same" | "none";
    readonly minutesPerClaim: number;
    /** What one sample of the slower side takes at least; null: as the profile says. */
    readonly sampleSeconds: number | null;
    /** `full`: looks at 12, 20 and 40 pairs in two sessions. `quick`: fewer, for demonstrations; every view says so. */
    readonly profile: "full" | "quick";
    readonly testMinutes: number;
    /** Commands of the repository where they cannot be found; null: found by the prover. */
    readonly commands: {
      readonly install: string | null;
      readonly build: string | null;
      readonly test: string | null;
    };
  };
  readonly outreach: {
    readonly gate: { readonly minVerified: number; readonly minSpeedup: number };
    readonly calendlyLink: string;
    /** Who writes: the footer of every mail. Without all of it nothing can be approved. */
    readonly sender: {
      readonly name: string | null;
      readonly email: string | null;
      readonly postalAddress: string | null;
      readonly optOut: string | null;
    };
    /** ISO 3166 codes of countries whose people may be written to; others need a person's word each. */
    readonly allowedCountries: readonly string[];
    /** A draft older than this is not approved any more. */
    readonly draftMaxAgeDays: number;
    /** The mailbox that `uo drafts push --to imap` lays drafts into; the password is IMAP_PASSWORD. null: none. */
    readonly imap: {
      readonly host: string;
      readonly port: number;
      readonly secure: boolean;
      readonly user: string;
      /** null: the mailbox that the server marks as \\Drafts. */
      readonly mailbox: string | null;
    } | null;
    readonly apollo: {
      readonly baseUrl: string;
      /** Sequence whose steps are all manual e-mails; null: a draft linked to the contact. */
      readonly sequenceId: string | null;
      readonly emailAccountId: string | null;
    };
    readonly sumble: { readonly baseUrl: string };
  };
  readonly batch: BatchConfig;
}

/** Virtual machines in Azure. */
export interface AzureConfig {
  readonly subscriptionId: string | null;
  readonly resourceGroup: string;
  readonly location: string;
  readonly size: string;
  readonly diskGiB: number;
  readonly adminUsername: string;
  readonly resourceManagerUrl: string;
  readonly retailPricesUrl: string;
  /** Address that may open SSH: `auto` (asked of `publicAddressUrl`, or of well-known services), an address or a CIDR. */
  readonly orchestratorIp: string;
  readonly publicAddressUrl: string | null;
  readonly sshPort: number;
  readonly hostKey: "cloud-init" | "run-command";
  /** Tried in their order when the first choice has no capacity. */
  readonly fallbacks: {
    readonly sizes: readonly string[];
    readonly zones: readonly string[];
    readonly regions: readonly string[];
  };
  readonly spot: {
    readonly enabled: boolean;
    /** null: up to the regular price. */
    readonly maxPriceUsd: number | null;
    readonly fallbackToRegular: boolean;
  };
  readonly network: { readonly mode: "public" | "private"; readonly subnetId: string | null };
  /** Name of a flexible scale set that the machines are attached to; null: none. */
  readonly scaleSet: string | null;
  /** Tag `owner` of every resource; null: none. */
  readonly owner: string | null;
  readonly pollSeconds: number;
  /** `install`: apt, Node, uv and the agent are installed by bootstrap; `check`: the image has them. */
  readonly systemInstall: "install" | "check";
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
