import type { Repository } from "../state/repository.ts";
import type { World } from "../state/world.ts";
import { type Actor, type Level, reaches } from "./actor.ts";

/** Why something is refused: 404 hides a repository from those who may not know of it. */
export interface Refusal {
  readonly status: 403 | 404;
  readonly message: string;
}

/** What the login may do with an owner's repositories; undefined: no more than everybody. */
export function roleOf(world: World, login: string, repo: Repository): Level | undefined {
  if (repo.owner === login || repo.creator === login) return "admin";
  const member = world.account(repo.owner)?.members.get(login);
  return member === "admin" ? "admin" : member === "member" ? "write" : undefined;
}

/** Whether the actor may do this with the repository: null when it may. */
export function refusal(
  world: World,
  actor: Actor,
  repo: Repository,
  permission: string,
  level: Level,
): Refusal | null {
  const hidden: Refusal = { status: 404, message: "Not Found" };
  if (level === "read" && !repo.private && permission !== "administration") return null;
  const seen = !repo.private || mayRead(world, actor, repo);
  if (!seen) return hidden;
  if (actor.kind === "anonymous" || actor.kind === "app")
    return level === "read" ? hidden : { status: 403, message: "Must have push access to repository" };
  if (actor.kind === "installation") {
    const covered = covers(actor.repositories, actor.account, repo);
    if (covered && reaches(actor.permissions[permission], level)) return null;
    return { status: 403, message: "Resource not accessible by integration" };
  }
  const role = roleOf(world, actor.login, repo);
  const needed: Level = permission === "administration" ? "admin" : level;
  if (!reaches(role, needed)) {
    if (permission === "administration")
      return { status: 403, message: "Must have admin rights to Repository." };
    return { status: 403, message: "Must have push access to repository" };
  }
  if (actor.scopes !== null) {
    const scoped = actor.scopes.includes("repo") || (!repo.private && actor.scopes.includes("public_repo"));
    return scoped || level === "read" ? null : hidden;
  }
  if (covers(actor.repositories, repo.owner, repo) && reaches(actor.permissions?.[permission], level))
    return null;
  return { status: 403, message: "Resource not accessible by personal access token" };
}

function mayRead(world: World, actor: Actor, repo: Repository): boolean {
  if (actor.kind === "installation") return covers(actor.repositories, actor.account, repo);
  if (actor.kind !== "user") return false;
  if (roleOf(world, actor.login, repo) === undefined) return false;
  return actor.scopes === null ? covers(actor.repositories, repo.owner, repo) : actor.scopes.includes("repo");
}

function covers(repositories: readonly number[] | null, account: string, repo: Repository): boolean {
  return repositories === null ? repo.owner === account : repositories.includes(repo.id);
}

/** Whether the actor may change files below .github/workflows. */
export function mayChangeWorkflows(actor: Actor): boolean {
  if (actor.kind === "user" && actor.scopes !== null) return actor.scopes.includes("workflow");
  if (actor.kind === "user" || actor.kind === "installation")
    return reaches(actor.permissions?.["workflows"], "write");
  return false;
}

/** What git and merge-upstream say when a workflow file is changed without the right to. */
export function workflowRefusal(actor: Actor, file: string): string {
  const classic = actor.kind === "user" && actor.scopes !== null;
  const who = actor.kind === "installation" ? "a GitHub App" : "a Personal Access Token";
  return `refusing to allow ${who} to create or update workflow \`${file}\` without \`${classic ? "workflow" : "workflows"}\` ${classic ? "scope" : "permission"}`;
}

/** Whether the actor administers the organization with the scope or permission. */
export function orgRefusal(
  world: World,
  actor: Actor,
  org: string,
  scope: string,
  permission: string,
  level: Level,
): Refusal | null {
  const admin = { status: 403, message: "Must have admin rights to Organization." } as const;
  if (actor.kind === "installation")
    return actor.account === org && reaches(actor.permissions[permission], level)
      ? null
      : { status: 403, message: "Resource not accessible by integration" };
  if (actor.kind !== "user" || world.account(org)?.members.get(actor.login) !== "admin") return admin;
  if (actor.scopes !== null) {
    const wider = level === "read" ? [scope, `admin:${scope.split(":")[1] ?? ""}`] : [scope];
    return wider.some((name) => actor.scopes?.includes(name)) ? null : admin;
  }
  return reaches(actor.permissions?.[permission], level)
    ? null
    : { status: 403, message: "Resource not accessible by personal access token" };
}
