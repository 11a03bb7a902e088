import { orgRefusal } from "../auth/access.ts";
import type { Level } from "../auth/actor.ts";
import { type Answer, type Ask, Refused } from "../http/answer.ts";
import { paginate } from "../http/paginate.ts";
import type { Route } from "../http/router.ts";
import type { Account } from "../state/account.ts";
import { fullName } from "../state/repository.ts";
import { findRepository } from "./find-repository.ts";
import { repositoryJson } from "./repository-json.ts";

const ofRepository = "/repos/{owner}/{repo}/actions/permissions";
const ofOrganization = "/orgs/{org}/actions/permissions";

export const actionsRoutes: readonly Route[] = [
  { method: "GET", template: ofRepository, handler: getRepository },
  { method: "PUT", template: ofRepository, handler: setRepository },
  { method: "GET", template: ofOrganization, handler: getOrganization },
  { method: "PUT", template: ofOrganization, handler: setOrganization },
  { method: "GET", template: `${ofOrganization}/repositories`, handler: listSelected },
  { method: "PUT", template: `${ofOrganization}/repositories`, handler: setSelected },
  { method: "PUT", template: `${ofOrganization}/repositories/{repository_id}`, handler: select },
  { method: "DELETE", template: `${ofOrganization}/repositories/{repository_id}`, handler: unselect },
];

function getRepository(ask: Ask): Answer {
  const repo = findRepository(ask, "administration", "read");
  const enabled = ask.world.actionsOn(repo);
  return {
    status: 200,
    body: {
      enabled,
      ...(enabled ? { allowed_actions: repo.allowedActions, sha_pinning_required: false } : {}),
    },
  };
}

function setRepository(ask: Ask): Answer {
  const repo = findRepository(ask, "administration", "write");
  const { enabled, allowed_actions: allowed } = ask.body;
  if (enabled === true && !ask.world.orgAllowsActions(repo))
    throw new Refused(409, "Actions is disabled for this repository by its organization's policy.");
  repo.actionsEnabled = enabled === true;
  if (allowed === "all" || allowed === "local_only" || allowed === "selected") repo.allowedActions = allowed;
  return { status: 204 };
}

function organization(ask: Ask, level: Level): Account {
  const org = ask.world.account(ask.params["org"] ?? "");
  if (org?.type !== "Organization") throw new Refused(404, "Not Found");
  const refused = orgRefusal(
    ask.world,
    ask.actor,
    org.login,
    "admin:org",
    "organization_administration",
    level,
  );
  if (refused) throw new Refused(refused.status, refused.message);
  return org;
}

function getOrganization(ask: Ask): Answer {
  const org = organization(ask, "read");
  const selected = `${ask.apiUrl}/orgs/${org.login}/actions/permissions/repositories`;
  return {
    status: 200,
    body: {
      enabled_repositories: org.actions,
      ...(org.actions === "selected" ? { selected_repositories_url: selected } : {}),
      ...(org.actions === "none" ? {} : { allowed_actions: org.allowedActions }),
    },
  };
}

function setOrganization(ask: Ask): Answer {
  const org = organization(ask, "write");
  const { enabled_repositories: enabled, allowed_actions: allowed } = ask.body;
  if (enabled === "all" || enabled === "none" || enabled === "selected") org.actions = enabled;
  if (allowed === "all" || allowed === "local_only" || allowed === "selected") org.allowedActions = allowed;
  return { status: 204 };
}

function listSelected(ask: Ask): Answer {
  const org = organization(ask, "read");
  const repos = [...org.selectedForActions].flatMap((id) => ask.world.repos.get(id) ?? []);
  const { items, headers } = paginate(ask, repos);
  const repositories = items.map((repo) => repositoryJson(ask.world, ask.apiUrl, ask.actor, repo));
  return { status: 200, headers, body: { total_count: repos.length, repositories } };
}

function setSelected(ask: Ask): Answer {
  const org = organization(ask, "write");
  org.selectedForActions.clear();
  for (const id of ask.body["selected_repository_ids"] as number[]) org.selectedForActions.add(id);
  return { status: 204 };
}

function selectedRepository(ask: Ask): { org: Account; id: number } {
  const org = organization(ask, "write");
  const repo = ask.world.repos.get(Number(ask.params["repository_id"]));
  if (repo === undefined || !fullName(repo).startsWith(`${org.login}/`)) throw new Refused(404, "Not Found");
  if (org.actions !== "selected")
    throw new Refused(409, "The organization's enabled_repositories is not 'selected'.");
  return { org, id: repo.id };
}

function select(ask: Ask): Answer {
  const { org, id } = selectedRepository(ask);
  org.selectedForActions.add(id);
  return { status: 204 };
}

function unselect(ask: Ask): Answer {
  const { org, id } = selectedRepository(ask);
  org.selectedForActions.delete(id);
  return { status: 204 };
}
