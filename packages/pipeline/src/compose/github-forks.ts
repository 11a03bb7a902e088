import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { ForkProvider } from "@universe-optimize/github-fork";
import type { GitHubClient } from "@universe-optimize/github-fork/github";
import type { StateStore } from "@universe-optimize/state-store";
import type { CampaignPaths } from "../campaign/campaign-paths.ts";
import type { Secrets } from "../campaign/secrets.ts";
import type { Config } from "../config/config.ts";
import type { ForkNotices } from "../fork-notices.ts";
import { githubMemory } from "./memory.ts";

/** Where GitHub is: GITHUB_API_URL and GITHUB_SERVER_URL, either of which may be left out. */
function githubServer(secrets: Secrets): { readonly apiUrl?: string; readonly serverUrl?: string } {
  const [apiUrl, serverUrl] = [secrets.get("GITHUB_API_URL"), secrets.get("GITHUB_SERVER_URL")];
  return { ...(apiUrl === null ? {} : { apiUrl }), ...(serverUrl === null ? {} : { serverUrl }) };
}

/** Forks on GitHub, or on the Enterprise server that GITHUB_API_URL and GITHUB_SERVER_URL name. Loads Octokit. */
export async function githubForks(
  { github }: Config,
  paths: CampaignPaths,
  secrets: Secrets,
  store: StateStore,
  notices: ForkNotices,
): Promise<ForkProvider> {
  const { appTokens, fixedToken, githubForkProvider } = await import("@universe-optimize/github-fork/github");
  const { app, organization, organizationActions } = github;
  const server = githubServer(secrets);
  const memory = githubMemory(store);
  const tokens =
    app === null
      ? null
      : appTokens({
          appId: app.id,
          privateKey: await readFile(resolve(paths.root, app.privateKeyFile), "utf8"),
          organization,
          memory,
          ...server,
        });
  return githubForkProvider({
    organization,
    organizationActions,
    token: fixedToken(secrets.get("GITHUB_TOKEN")),
    directory: join(paths.internal, "github"),
    memory,
    progress: (message) => notices.tell(message),
    ...server,
    ...(tokens === null ? {} : { app: tokens }),
  });
}

/**
 * Reads of GitHub's API with the campaign's token, for a search: behind the same gate and with the same memory as its forks, so that
 * either waits for the limits that the other met. Loads Octokit.
 */
export async function githubReader(
  secrets: Secrets,
  store: StateStore,
  progress: (message: string) => void,
): Promise<Pick<GitHubClient, "read">> {
  const { fixedToken, githubClient } = await import("@universe-optimize/github-fork/github");
  const token = fixedToken(secrets.get("GITHUB_TOKEN"));
  return githubClient({ token, memory: githubMemory(store), progress, ...githubServer(secrets) });
}
