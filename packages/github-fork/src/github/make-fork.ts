import { ForkError } from "../errors.ts";
import { parseRepo } from "../names.ts";
import { ApiFailure } from "./api-failure.ts";
import type { GitHubClient } from "./client.ts";
import type { ForkClock } from "./clock.ts";
import type { Pace } from "./pace.ts";
import { readRepositoryFacts, type RepositoryFacts } from "./repository-facts.ts";
import { readRepository, skip } from "./upstream.ts";

export interface ForkPlace {
  readonly client: GitHubClient;
  readonly organization: string;
  readonly clock: ForkClock;
  readonly pace: Pace;
  readonly progress: (message: string) => void;
}

const attempts = 4;

/** What the two names that a fork may have are taken by. */
interface Look {
  /** The fork of that upstream; null: there is none under these names. */
  readonly fork: RepositoryFacts | null;
  /** The first name that is free; null: both belong to other repositories. */
  readonly free: string | null;
}

/**
 * Looks for the upstream's fork under its two names: the plain one, and with the owner before it. A repository is the fork when its
 * `parent` has the upstream's number, whatever it is called; a fork of another fork of the same source has other content.
 */
export async function lookForFork(
  place: ForkPlace,
  upstream: RepositoryFacts,
  signal: AbortSignal | undefined,
): Promise<Look> {
  const { owner, name } = parseRepo(upstream.repo);
  let free: string | null = null;
  for (const candidate of [name, `${owner}-${name}`]) {
    const found = await readRepository(place.client, `${place.organization}/${candidate}`, signal);
    if (found !== null && isForkOf(found, upstream)) return { fork: found, free };
    // The server follows an old name to its repository; the name itself is free then.
    const taken = found !== null && parseRepo(found.repo).name.toLowerCase() === candidate.toLowerCase();
    if (!taken) free ??= candidate;
  }
  return { fork: null, free };
}

const isForkOf = (repository: RepositoryFacts, upstream: RepositoryFacts): boolean =>
  repository.isFork && repository.parent?.id === upstream.id;

/**
 * Adopts or makes the fork; it may not be usable yet. A request that may have been carried out without an answer is not
 * repeated before a look. Throws `name_taken`, the typed skips, `rate_limited`.
 */
export async function makeFork(
  place: ForkPlace,
  upstream: RepositoryFacts,
  signal: AbortSignal | undefined,
): Promise<RepositoryFacts> {
  for (let attempt = 1; ; attempt++) {
    const { fork, free } = await lookForFork(place, upstream, signal);
    if (fork !== null) return fork;
    if (free === null) throw nameTaken(place, upstream);
    // What an earlier request may have left: asking once more would make `-2`.
    const numbered = await readRepository(place.client, `${place.organization}/${free}-1`, signal);
    if (numbered !== null && isForkOf(numbered, upstream))
      throw numberedFork(upstream.repo, numbered.repo, free);
    try {
      return await askForFork(place, upstream, free, signal);
    } catch (error) {
      if (attempt >= attempts || !isUnclear(error)) throw error;
      place.progress(`the fork of ${upstream.repo} was not answered for: looking before asking again`);
      await place.clock.sleep(place.pace.retryPauseMs * 2 ** (attempt - 1), signal);
    }
  }
}

/** Whether the request may have been carried out, or may be another time. */
function isUnclear(error: unknown): boolean {
  if (error instanceof ForkError) return error.code === "rate_limited";
  return error instanceof ApiFailure && (error.status >= 500 || error.status === 0);
}

async function askForFork(
  place: ForkPlace,
  upstream: RepositoryFacts,
  name: string,
  signal: AbortSignal | undefined,
): Promise<RepositoryFacts> {
  const { client, organization } = place;
  const source = parseRepo(upstream.repo);
  let data: unknown;
  try {
    data = await client.create("/repos/{owner}/{repo}/forks", {
      signal,
      params: { owner: source.owner, repo: source.name, organization, name, default_branch_only: false },
    });
  } catch (error) {
    throw refusal(error, upstream, organization);
  }
  const answered = readRepositoryFacts(data);
  const got = parseRepo(answered.repo);
  if (got.owner.toLowerCase() !== organization.toLowerCase())
    throw new ForkError(
      "server_failed",
      `The server forked ${upstream.repo} to ${answered.repo}, not into ${organization}.`,
      {
        repo: upstream.repo,
      },
    );
  if (got.name.toLowerCase() === name.toLowerCase()) return answered;
  if (isNumbered(got.name, name)) {
    throw numberedFork(upstream.repo, answered.repo, name);
  }
  place.progress(`${upstream.repo} has the fork ${answered.repo} already`);
  return answered;
}

/** `app-1` where `app` was asked for: what the server makes of a name that is taken. */
function isNumbered(got: string, asked: string): boolean {
  return got.toLowerCase().startsWith(`${asked.toLowerCase()}-`) && /^\d+$/.test(got.slice(asked.length + 1));
}

/** What a refused fork means. */
function refusal(error: unknown, upstream: RepositoryFacts, organization: string): unknown {
  const { repo } = upstream;
  if (!(error instanceof ApiFailure) || error.status === 0 || error.status === 401 || error.status >= 500)
    return error;
  const { words, status } = error;
  if (/empty|no git content/i.test(words)) return skip("upstream_empty", repo, "has no commit");
  if (
    /forking is (disabled|not allowed)|not allow(ed)?.{0,20}fork|forks? (is|are) (disabled|not allowed)/i.test(
      words,
    )
  )
    return skip("forking_disabled", repo, `may not be forked: ${words}`);
  if (/private/i.test(words)) return skip("upstream_private", repo, `is private: ${words}`);
  if (/archived/i.test(words)) return skip("upstream_archived", repo, "is archived");
  if (status === 403 || status === 404)
    return new ForkError(
      "forbidden",
      `${organization} does not let this token fork ${repo}: ${words}. See that the organization exists and that the token's account may create repositories in it.`,
      { repo, cause: error },
    );
  return new ForkError(
    "server_failed",
    `GitHub refuses the fork of ${repo}: ${words}. Look at ${organization} and at ${repo}.`,
    {
      repo,
      cause: error,
    },
  );
}

function numberedFork(repo: string, got: string, asked: string): ForkError {
  return new ForkError(
    "name_taken",
    `The server named the fork of ${repo} ${got}, because the name ${asked} is taken by a repository that this token does not see. It is not used. Delete ${got}, then free the name or let the token see it.`,
    { repo },
  );
}

function nameTaken({ organization }: ForkPlace, { repo }: RepositoryFacts): ForkError {
  const { owner, name } = parseRepo(repo);
  return new ForkError(
    "name_taken",
    `The fork of ${repo} has no free name: ${organization}/${name} and ${organization}/${owner}-${name} are other repositories. Rename one of them, or use another organization.`,
    { repo },
  );
}
