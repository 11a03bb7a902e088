import type { ForkClock } from "./clock.ts";
import type { AppTokens } from "./app-tokens.ts";
import type { ForkMemory } from "./memory.ts";
import type { Pace } from "./pace.ts";
import type { TokenSource } from "./token-source.ts";

export interface GitHubForkOptions {
  /** Organization that owns the forks. */
  readonly organization: string;
  /** The token that forks and asks: `fixedToken(…)`. It never leaves this computer. */
  readonly token: TokenSource;
  /** Folder for the clean clones that pushes come from, and for what is remembered of forks. Made when it is missing. */
  readonly directory: string;
  /** GitHub App installed on the organization, for `machineToken` and `app`. Default: none. */
  readonly app?: AppTokens;
  /** Default: https://api.github.com, or for another server `<serverUrl>/api/v3`. */
  readonly apiUrl?: string;
  /** Default: https://github.com. */
  readonly serverUrl?: string;
  /**
   * What may be done to the organization's own Actions setting. `off`: its Actions are switched off for all repositories
   * before the first fork, where the token may; for an organization that holds forks only. Default: `leave`.
   */
  readonly organizationActions?: "leave" | "off";
  /** Default: in the process. `fileMemory` keeps cool-downs and answers for the next one. */
  readonly memory?: ForkMemory;
  readonly clock?: ForkClock;
  readonly pace?: Partial<Pace>;
  /** Lines for whoever watches. Default: nobody does. */
  readonly progress?: (message: string) => void;
  /** Larger bundles are refused by `push`. Default: 2 GiB. */
  readonly maxBundleBytes?: number;
  /** For each run of git. Default: 1 hour. */
  readonly gitTimeoutMs?: number;
}
