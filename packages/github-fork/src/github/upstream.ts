import { ForkError } from "../errors.ts";
import { parseRepo } from "../names.ts";
import type { ForkRequest } from "../provider.ts";
import { isStatus } from "./api-failure.ts";
import type { GitHubClient } from "./client.ts";
import { readRepositoryFacts, type RepositoryFacts } from "./repository-facts.ts";

/** `owner/name` on the server that a request speaks of. Throws `invalid_request` when its upstream is elsewhere. */
export function repoOnServer(request: ForkRequest, serverUrl: string): string {
  parseRepo(request.repo);
  if (request.upstream === null) return request.repo;
  const server = new URL(serverUrl);
  const scp = /^(?:[\w.-]+@)?([\w.-]+):(?!\/\/)\/?(.+)$/.exec(request.upstream);
  const url = URL.canParse(request.upstream) ? new URL(request.upstream) : null;
  const [host, path] =
    url !== null && url.host !== "" ? [url.hostname, url.pathname] : [scp?.[1], scp?.[2] ?? ""];
  const repo = path.replace(/^\/+|\/+$/g, "").replace(/\.git$/, "");
  if (host?.toLowerCase() === server.hostname.toLowerCase() && repo.split("/").length === 2) {
    parseRepo(repo);
    return repo;
  }
  throw new ForkError(
    "invalid_request",
    `The upstream of ${request.repo} is not on ${server.host}, so it cannot be forked there. Remove 'upstream', or set github.provider to "local".`,
    { repo: request.repo },
  );
}

/** Facts of a repository as the server has them; null: there is none, or it is not shown to this token. */
export async function readRepository(
  client: GitHubClient,
  repo: string,
  signal: AbortSignal | undefined,
  conditional = false,
): Promise<RepositoryFacts | null> {
  const { owner, name } = parseRepo(repo);
  const data = await client.readIfThere("/repos/{owner}/{repo}", {
    signal,
    conditional,
    params: { owner, repo: name },
  });
  return data === null ? null : readRepositoryFacts(data);
}

/**
 * The upstream's facts, where it is a repository to work on. Throws the typed skips (`isUpstreamSkip`): missing,
 * archived, disabled, private, renamed, forking disabled.
 */
export async function readUpstreamFacts(
  client: GitHubClient,
  repo: string,
  signal: AbortSignal | undefined,
): Promise<RepositoryFacts> {
  let facts: RepositoryFacts | null;
  try {
    facts = await readRepository(client, repo, signal, true);
  } catch (error) {
    if (isStatus(error, 451)) throw skip("upstream_disabled", repo, "is blocked for legal reasons");
    if (isStatus(error, 403) && /disabled|blocked|suspended/i.test(error.words))
      throw skip("upstream_disabled", repo, `is disabled: ${error.words}`);
    throw error;
  }
  if (facts === null)
    throw new ForkError(
      "upstream_missing",
      `${repo} does not exist on the server, or is private. Correct its name, or leave the project out.`,
      { repo },
    );
  if (facts.repo.toLowerCase() !== repo.toLowerCase())
    throw new ForkError(
      "upstream_renamed",
      `${repo} is called ${facts.repo} now. Write that name into projects.json and start again; a fork that exists is found all the same.`,
      { repo },
    );
  if (facts.private) throw skip("upstream_private", repo, "is private");
  if (facts.disabled) throw skip("upstream_disabled", repo, "is disabled by GitHub");
  if (facts.archived) throw skip("upstream_archived", repo, "is archived: its owners take no changes");
  if (!facts.allowForking)
    throw skip("forking_disabled", repo, "may not be forked: its owner does not allow it");
  return facts;
}

export function skip(
  code:
    | "upstream_archived"
    | "upstream_disabled"
    | "upstream_private"
    | "upstream_empty"
    | "forking_disabled",
  repo: string,
  what: string,
): ForkError {
  return new ForkError(code, `${repo} ${what}. Leave the project out.`, { repo });
}

/** The branch's commit as the API has it; null: no such branch, no repository yet, or one without a commit. */
export async function branchOverApi(
  client: GitHubClient,
  repo: string,
  branch: string,
  signal: AbortSignal | undefined,
): Promise<string | null> {
  const { owner, name } = parseRepo(repo);
  try {
    const data = (await client.read("/repos/{owner}/{repo}/branches/{branch}", {
      signal,
      params: { owner, repo: name, branch },
    })) as { commit?: { sha?: unknown } };
    return typeof data.commit?.sha === "string" ? data.commit.sha : null;
  } catch (error) {
    if (isStatus(error, 404, 409)) return null;
    throw error;
  }
}
