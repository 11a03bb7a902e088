import { roleOf } from "../auth/access.ts";
import { actingLogin } from "../auth/actor.ts";
import { GitContent } from "../content/git-content.ts";
import { copyRepository } from "../git/make-repository.ts";
import { type Answer, type Ask, invalid, Refused } from "../http/answer.ts";
import { paginate } from "../http/paginate.ts";
import type { Route } from "../http/router.ts";
import type { Account } from "../state/account.ts";
import { fullName, type Repository } from "../state/repository.ts";
import { findRepository } from "./find-repository.ts";
import { fullRepositoryJson, repositoryJson } from "./repository-json.ts";

export const forkRoutes: readonly Route[] = [
  { method: "POST", template: "/repos/{owner}/{repo}/forks", handler: createFork },
  { method: "GET", template: "/repos/{owner}/{repo}/forks", handler: listForks },
];

async function createFork(ask: Ask): Promise<Answer> {
  const { world, actor, body } = ask;
  const source = findRepository(ask);
  if (actor.kind !== "user" && actor.kind !== "installation")
    throw new Refused(401, "Requires authentication");
  const text = (name: string): string | null => {
    const value = body[name];
    return typeof value === "string" ? value : null;
  };
  const owner = text("organization") ?? actingLogin(actor);
  const asked = text("name");
  const account = checkOwner(ask, owner, source);
  const existing = (): Repository | undefined =>
    world
      .forksOf(source)
      .find((fork) => fork.owner === account.login && (asked === null || fork.name === asked));
  const accepted = (fork: Repository): Answer => ({
    status: 202,
    body: fullRepositoryJson(world, ask.apiUrl, actor, fork),
  });
  const before = existing();
  if (before) return accepted(before);
  await checkSource(source);
  // Another request may have come meanwhile. From here on nothing is waited for until the fork has its name.
  const meanwhile = existing();
  if (meanwhile) return accepted(meanwhile);
  const by = actingLogin(actor);
  const underWay = [...world.repos.values()].filter(
    (repo) => repo.forking?.askedBy === by && world.phase(repo) !== "ready",
  );
  if (underWay.length >= (world.options.forksInProgress ?? 3))
    throw new Refused(
      403,
      "Too many forks are in progress for this account. Wait until they are done, then try again.",
    );
  return accepted(
    await makeFork(ask, source, { owner, name: freeName(ask, owner, asked ?? source.name), by }),
  );
}

/** The account to fork into, if the actor may. */
function checkOwner({ world, actor }: Ask, owner: string, source: Repository): Account {
  const account = world.account(owner);
  if (account === null)
    throw invalid("Fork", "organization", "invalid", `organization '${owner}' cannot be found`);
  if (actor.kind === "installation" && actor.account !== account.login)
    throw new Refused(403, "Resource not accessible by integration");
  const member = actor.kind === "user" && (owner === actor.login || account.members.has(actor.login));
  if (actor.kind === "user" && !member)
    throw new Refused(403, `You do not have permission to create repositories in ${owner}.`);
  if (
    actor.kind === "user" &&
    actor.scopes !== null &&
    !actor.scopes.some((scope) => scope === "repo" || scope === "public_repo")
  )
    throw new Refused(404, "Not Found");
  if (source.owner === account.login)
    throw new Refused(403, "The repository is in this account already and cannot be forked into it.");
  if (
    source.private &&
    account.type === "Organization" &&
    (actor.kind !== "user" || roleOf(world, actor.login, source) === undefined)
  )
    throw new Refused(403, "Private repositories cannot be forked into this organization.");
  return account;
}

async function checkSource(source: Repository): Promise<void> {
  if (!source.allowForking) throw new Refused(403, "The repository exists, but forking is disabled.");
  if (source.private)
    throw new Refused(403, "The repository is private, and its organization does not allow private forks.");
  if (source.disabled) throw new Refused(403, "Repository access blocked");
  if ((await source.content.resolve("HEAD")) === null)
    throw new Refused(
      403,
      "The repository exists, but it contains no Git content. Empty repositories cannot be forked.",
    );
}

/** The name, or with `-1`, `-2` … after it when it is another repository's. */
function freeName({ world }: Ask, owner: string, name: string): string {
  for (let number = 0; ; number++) {
    const candidate = number === 0 ? name : `${name}-${number}`;
    const taken = world.repo(`${owner}/${candidate}`);
    if (taken === null || !world.isCurrentName(`${owner}/${candidate}`, taken)) return candidate;
  }
}

async function makeFork(
  { world, body }: Ask,
  source: Repository,
  to: { owner: string; name: string; by: string },
): Promise<Repository> {
  const from = source.content.folder;
  if (from === null)
    throw new Refused(
      403,
      `${fullName(source)} has no git data: it is synthetic. Add it with commits to fork it.`,
    );
  const folder = world.newFolder();
  const now = world.nowIso();
  const neverReady = source.forkFate === "never-ready";
  const forking = { askedAtMs: world.nowMs(), neverReady, askedBy: to.by, copied: false };
  const fork: Repository = {
    ...source,
    id: world.nextId(),
    owner: world.account(to.owner)?.login ?? to.owner,
    name: to.name,
    archived: false,
    stars: 0,
    openIssues: 0,
    topics: [],
    createdAt: now,
    updatedAt: now,
    parentId: source.id,
    sourceId: source.sourceId ?? source.id,
    creator: to.by,
    content: new GitContent(folder),
    actionsEnabled: true,
    allowedActions: "all",
    forking,
  };
  world.addRepo(fork);
  await copyRepository(from, folder, body["default_branch_only"] === true ? source.defaultBranch : undefined);
  forking.copied = true;
  return fork;
}

function listForks(ask: Ask): Answer {
  const source = findRepository(ask);
  const visible = ask.world
    .forksOf(source)
    .filter((fork) => ask.world.phase(fork) !== "hidden" && !fork.private);
  const { items, headers } = paginate(ask, visible.toReversed());
  return {
    status: 200,
    headers,
    body: items.map((fork) => repositoryJson(ask.world, ask.apiUrl, ask.actor, fork)),
  };
}
