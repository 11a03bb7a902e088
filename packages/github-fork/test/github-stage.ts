import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import {
  fixedToken,
  githubForkProvider,
  type GitHubForkOptions,
  type GitHubForkProvider,
  type Pace,
} from "@universe-optimize/github-fork/github";
import { type GitHubOptions, type GitHubServer, startGitHub } from "@universe-optimize/test-servers/github";

/** Everything that waits, a thousand times faster. */
export const fast: Partial<Pace> = {
  writePauseMs: 1,
  limitPauseMs: 300,
  longestPauseMs: 2000,
  retryPauseMs: 5,
  forkReadyMs: 20_000,
  pollMs: 10,
  patienceMs: 60_000,
};

export interface Hub extends AsyncDisposable {
  readonly server: GitHubServer;
  readonly folder: string;
  readonly token: string;
  /** The token's name in the server's journal. */
  readonly tokenId: string;
  readonly lines: string[];
  provider(options?: Partial<GitHubForkOptions>): GitHubForkProvider;
}

/** A server with the organization `our-org`, a token of one of its owners, and a folder for clones. */
export async function openHub(
  options: GitHubOptions = {},
  scopes: readonly string[] = ["repo", "workflow", "admin:org"],
): Promise<Hub> {
  const folder = await mkdtemp(join(tmpdir(), "github-forks-"));
  const server = await startGitHub(options);
  await server.addOrganization({ login: "our-org", members: { robin: "admin" } });
  const { token, id } = await server.addToken({ login: "robin", scopes });
  const lines: string[] = [];
  return {
    server,
    folder,
    token,
    tokenId: id,
    lines,
    provider: (more = {}) =>
      githubForkProvider({
        organization: "our-org",
        token: fixedToken(token),
        directory: join(folder, "forks"),
        apiUrl: server.apiUrl,
        serverUrl: server.serverUrl,
        pace: fast,
        progress: (line) => void lines.push(line),
        ...more,
      }),
    async [Symbol.asyncDispose]() {
      await server.dispose();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
