import { rm } from "node:fs/promises";

import { type Ask, type Answer, invalid, Refused } from "../http/answer.ts";
import { paginate } from "../http/paginate.ts";
import type { Route } from "../http/router.ts";
import { findRepository } from "./find-repository.ts";
import { fullRepositoryJson, repositoryJson } from "./repository-json.ts";

const full = (ask: Ask, repo: ReturnType<typeof findRepository>): Answer => ({
  status: 200,
  body: fullRepositoryJson(ask.world, ask.apiUrl, ask.actor, repo),
});

export const repositoryRoutes: readonly Route[] = [
  { method: "GET", template: "/repos/{owner}/{repo}", handler: (ask) => full(ask, findRepository(ask)) },
  { method: "PATCH", template: "/repos/{owner}/{repo}", handler: changeRepository },
  { method: "DELETE", template: "/repos/{owner}/{repo}", handler: deleteRepository },
  { method: "GET", template: "/repos/{owner}/{repo}/languages", handler: languages },
  { method: "GET", template: "/repos/{owner}/{repo}/topics", handler: topics },
  { method: "GET", template: "/orgs/{org}/repos", handler: ownedRepositories },
  { method: "GET", template: "/users/{username}/repos", handler: ownedRepositories },
];

async function changeRepository(ask: Ask): Promise<Answer> {
  const repo = findRepository(ask, "administration", "write");
  const { name, archived, description, homepage, default_branch: branch, private: hidden } = ask.body;
  if (typeof branch === "string") {
    if ((await repo.content.resolve(`refs/heads/${branch}`)) === null)
      throw invalid("Repository", "default_branch", "invalid", `The branch ${branch} was not found.`);
    repo.defaultBranch = branch;
  }
  if (typeof name === "string" && name !== repo.name) {
    if (ask.world.repo(`${repo.owner}/${name}`))
      throw invalid("Repository", "name", "custom", "name already exists on this account");
    ask.world.renameRepo(repo, { owner: repo.owner, name });
  }
  if (typeof archived === "boolean") repo.archived = archived;
  if (typeof hidden === "boolean") repo.private = hidden;
  if (typeof description === "string") repo.description = description;
  if (typeof homepage === "string") repo.homepage = homepage;
  repo.updatedAt = ask.world.nowIso();
  return full(ask, repo);
}

async function deleteRepository(ask: Ask): Promise<Answer> {
  const repo = findRepository(ask, "administration", "write");
  const { actor } = ask;
  if (actor.kind === "user" && actor.scopes !== null && !actor.scopes.includes("delete_repo"))
    throw new Refused(403, "Must have admin rights to Repository.");
  ask.world.removeRepo(repo);
  if (repo.content.folder !== null) await rm(repo.content.folder, { recursive: true, force: true });
  return { status: 204 };
}

function languages(ask: Ask): Answer {
  const repo = findRepository(ask);
  return { status: 200, body: repo.language === null ? {} : { [repo.language]: repo.size * 1024 } };
}

function topics(ask: Ask): Answer {
  return { status: 200, body: { names: [...findRepository(ask).topics] } };
}

function ownedRepositories(ask: Ask): Answer {
  const owner = ask.world.account(ask.params["org"] ?? ask.params["username"] ?? "");
  if (owner === null) throw new Refused(404, "Not Found");
  const type = ask.query.get("type") ?? "all";
  const owned = [...ask.world.repos.values()].filter(
    (repo) =>
      repo.owner === owner.login &&
      ask.world.phase(repo) !== "hidden" &&
      (!repo.private || (ask.actor.kind === "user" && owner.members.has(ask.actor.login))) &&
      (type !== "forks" || repo.parentId !== null) &&
      (type !== "sources" || repo.parentId === null),
  );
  const { items, headers } = paginate(ask, owned);
  return {
    status: 200,
    headers,
    body: items.map((repo) => repositoryJson(ask.world, ask.apiUrl, ask.actor, repo)),
  };
}
