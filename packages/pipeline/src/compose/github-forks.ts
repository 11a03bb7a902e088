import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { ForkProvider } from "@universe-optimize/github-fork";
import type { ForkMemory } from "@universe-optimize/github-fork/github";
import type { StateStore } from "@universe-optimize/state-store";
import type { CampaignPaths } from "../campaign/campaign-paths.ts";
import type { Secrets } from "../campaign/secrets.ts";
import type { Config } from "../config/config.ts";
import { adapterMemory } from "./memory.ts";

/** Forks on GitHub, or on the Enterprise server that GITHUB_API_URL and GITHUB_SERVER_URL name. Loads Octokit. */
export async function githubForks(
  { github }: Config,
  paths: CampaignPaths,
  secrets: Secrets,
  store: StateStore,
): Promise<ForkProvider> {
  const { appTokens, fixedToken, githubForkProvider } = await import("@universe-optimize/github-fork/github");
  const { app, organization } = github;
  const [apiUrl, serverUrl] = [secrets.get("GITHUB_API_URL"), secrets.get("GITHUB_SERVER_URL")];
  const server = { ...(apiUrl === null ? {} : { apiUrl }), ...(serverUrl === null ? {} : { serverUrl }) };
  // Cool-downs outlive the process: who asks again inside one is banned.
  const kept = adapterMemory(store, "github");
  const memory: ForkMemory = {
    get: (key) => kept.get(key),
    set: (key, value, ttlMs) => kept.set(key, value, new Date(Date.now() + ttlMs)),
  };
  const tokens =
    app === null
      ? null
      : appTokens({
          appId: app.id,
          privateKey: await readFile(resolve(paths.root, app.privateKeyFile), "utf8"),
          organization,
          memory,
          ...(apiUrl === null ? {} : { apiUrl }),
        });
  return githubForkProvider({
    organization,
    token: fixedToken(secrets.get("GITHUB_TOKEN")),
    directory: join(paths.internal, "github"),
    memory,
    ...server,
    ...(tokens === null ? {} : { app: tokens }),
  });
}
