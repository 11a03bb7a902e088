import { apiUrlOf } from "./api-url.ts";
import { GitHubClient } from "./client.ts";
import { type ForkClock, systemClock } from "./clock.ts";
import { type ForkMemory, processMemory } from "./memory.ts";
import { defaultPace, type Pace } from "./pace.ts";
import type { TokenSource } from "./token-source.ts";

export interface GitHubClientOptions {
  readonly token: TokenSource;
  /** The only account whose repositories may be written to. Default: none. */
  readonly organization?: string;
  /** Default: https://api.github.com, or for another server `<serverUrl>/api/v3`. */
  readonly apiUrl?: string;
  /** Default: https://github.com. */
  readonly serverUrl?: string;
  /** Default: in the process. Cool-downs that are kept here hold for whoever comes after. */
  readonly memory?: ForkMemory;
  readonly clock?: ForkClock;
  readonly pace?: Partial<Pace>;
  /** Told when a limit makes a request wait for more than 5 s. */
  readonly progress?: (message: string) => void;
}

/**
 * The API of one server with one token. All clients and fork providers of a process that have the same token pass the same gate:
 * what one of them learns of a limit, the others wait for.
 *
 * Throws `invalid_request` at once for a URL that may not be given a token.
 */
export function githubClient(options: GitHubClientOptions): GitHubClient {
  const { token, organization = "", clock = systemClock, progress = () => {} } = options;
  const { serverUrl = "https://github.com" } = options;
  return new GitHubClient({
    apiUrl: options.apiUrl ?? apiUrlOf(serverUrl),
    organization,
    token,
    clock,
    memory: options.memory ?? processMemory(clock.now),
    pace: { ...defaultPace, ...options.pace },
    progress,
  });
}
