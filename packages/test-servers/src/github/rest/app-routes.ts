import { randomBytes } from "node:crypto";

import { type InstallationActor, type Level, reaches } from "../auth/actor.ts";
import { type Answer, type Ask, Refused } from "../http/answer.ts";
import { paginate } from "../http/paginate.ts";
import type { Route } from "../http/router.ts";
import type { App } from "../state/app.ts";
import { fullName, type Repository } from "../state/repository.ts";
import { repositoryJson } from "./repository-json.ts";
import { nodeId, userJson } from "./user-json.ts";

export const appRoutes: readonly Route[] = [
  { method: "GET", template: "/app", handler: getApp },
  { method: "GET", template: "/app/installations", handler: listInstallations },
  { method: "GET", template: "/app/installations/{installation_id}", handler: getInstallation },
  { method: "POST", template: "/app/installations/{installation_id}/access_tokens", handler: createToken },
  { method: "GET", template: "/orgs/{org}/installation", handler: installationOfOwner },
  { method: "GET", template: "/users/{username}/installation", handler: installationOfOwner },
  { method: "GET", template: "/repos/{owner}/{repo}/installation", handler: installationOfRepository },
  { method: "GET", template: "/installation/repositories", handler: accessible },
  { method: "DELETE", template: "/installation/token", handler: revoke },
];

function appOf({ world, actor }: Ask): App {
  const app = actor.kind === "app" ? world.apps.find((one) => one.id === actor.appId) : undefined;
  if (!app) throw new Refused(401, "A JSON web token could not be decoded");
  return app;
}

function getApp(ask: Ask): Answer {
  const app = appOf(ask);
  return {
    status: 200,
    body: {
      id: app.id,
      client_id: app.clientId,
      slug: app.slug,
      node_id: nodeId("App", app.id),
      owner: userJson(ask.world, ask.apiUrl, app.account),
      name: app.slug,
      description: "",
      external_url: "https://example.com",
      html_url: `${ask.world.serverUrl}/apps/${app.slug}`,
      created_at: app.createdAt,
      updated_at: app.createdAt,
      permissions: app.permissions,
      events: [],
      installations_count: 1,
    },
  };
}

function installationJson(ask: Ask, app: App): Record<string, unknown> {
  const url = `${ask.apiUrl}/app/installations/${app.installationId}`;
  const account = ask.world.account(app.account);
  return {
    id: app.installationId,
    client_id: app.clientId,
    account: userJson(ask.world, ask.apiUrl, app.account),
    repository_selection: app.repositories === "all" ? "all" : "selected",
    access_tokens_url: `${url}/access_tokens`,
    repositories_url: `${ask.apiUrl}/installation/repositories`,
    html_url: `${ask.world.serverUrl}/organizations/${app.account}/settings/installations/${app.installationId}`,
    app_id: app.id,
    app_slug: app.slug,
    target_id: account?.id ?? 0,
    target_type: account?.type ?? "Organization",
    permissions: app.permissions,
    events: [],
    created_at: app.createdAt,
    updated_at: app.createdAt,
    single_file_name: null,
    suspended_by: null,
    suspended_at: null,
  };
}

function listInstallations(ask: Ask): Answer {
  return { status: 200, body: [installationJson(ask, appOf(ask))] };
}

function getInstallation(ask: Ask): Answer {
  return { status: 200, body: installationJson(ask, installation(ask)) };
}

function installation(ask: Ask): App {
  const app = appOf(ask);
  if (String(app.installationId) !== ask.params["installation_id"]) throw new Refused(404, "Not Found");
  return app;
}

function installationOfOwner(ask: Ask): Answer {
  const app = appOf(ask);
  const owner = ask.params["org"] ?? ask.params["username"] ?? "";
  if (owner.toLowerCase() !== app.account.toLowerCase()) throw new Refused(404, "Not Found");
  return { status: 200, body: installationJson(ask, app) };
}

function installationOfRepository(ask: Ask): Answer {
  const app = appOf(ask);
  const repo = ask.world.repo(`${ask.params["owner"] ?? ""}/${ask.params["repo"] ?? ""}`);
  if (!repo || !covered(ask, app).includes(repo)) throw new Refused(404, "Not Found");
  return { status: 200, body: installationJson(ask, app) };
}

function covered({ world }: Ask, app: App): Repository[] {
  const own = [...world.repos.values()].filter((repo) => repo.owner === app.account);
  return app.repositories === "all" ? own : own.filter((repo) => app.repositories.includes(fullName(repo)));
}

/** A token of at most what the installation may; its prefix is made in parts so that nobody takes this file for a leak. */
function createToken(ask: Ask): Answer {
  const app = installation(ask);
  const { repositories: names, repository_ids: ids, permissions } = ask.body;
  const all = covered(ask, app);
  let chosen: Repository[] | null = null;
  if (Array.isArray(names) || Array.isArray(ids)) {
    const wanted = [...((names as unknown[] | undefined) ?? []), ...((ids as unknown[] | undefined) ?? [])];
    chosen = wanted.map((one) => {
      const repo = all.find((candidate) => candidate.name === one || candidate.id === one);
      if (!repo)
        throw new Refused(
          422,
          "There is at least one repository that does not exist or is not accessible to the parent installation.",
        );
      return repo;
    });
  } else if (app.repositories !== "all") chosen = all;
  const granted = permissionsOf(app, permissions as Record<string, Level> | undefined);
  const expiresAtMs = ask.world.nowMs() + (ask.world.options.installationTokenMs ?? 3_600_000);
  const random = (bytes: number): string => randomBytes(bytes).toString("base64url");
  const token = `${["gh", "s_"].join("")}${app.id}_${random(30)}.${random(210)}.${random(256)}`;
  const actor: InstallationActor = {
    kind: "installation",
    id: `installation-${app.installationId}-${ask.world.nextId()}`,
    appId: app.id,
    installationId: app.installationId,
    account: app.account,
    permissions: granted,
    repositories: chosen?.map((repo) => repo.id) ?? null,
    expiresAtMs,
  };
  ask.world.addToken(token, actor);
  return {
    status: 201,
    body: {
      token,
      expires_at: new Date(expiresAtMs).toISOString().replace(/\.\d+Z$/, "Z"),
      permissions: granted,
      repository_selection: chosen === null ? "all" : "selected",
      ...(chosen === null
        ? {}
        : { repositories: chosen.map((repo) => repositoryJson(ask.world, ask.apiUrl, ask.actor, repo)) }),
    },
  };
}

function permissionsOf(app: App, asked: Record<string, Level> | undefined): Record<string, Level> {
  if (!asked) return { ...app.permissions };
  for (const [name, level] of Object.entries(asked))
    if (!reaches(app.permissions[name], level))
      throw new Refused(422, "The permissions requested are not granted to this installation.");
  return { metadata: "read", ...asked };
}

function accessible(ask: Ask): Answer {
  const { world, actor } = ask;
  if (actor.kind !== "installation")
    throw new Refused(
      403,
      "You must authenticate with an installation access token in order to list repositories.",
    );
  const all = [...world.repos.values()].filter((repo) =>
    actor.repositories === null ? repo.owner === actor.account : actor.repositories.includes(repo.id),
  );
  const { items, headers } = paginate(ask, all);
  const repositories = items.map((repo) => repositoryJson(world, ask.apiUrl, actor, repo));
  return { status: 200, headers, body: { total_count: all.length, repositories } };
}

function revoke({ world, actor }: Ask): Answer {
  if (actor.kind !== "installation") throw new Refused(401, "Bad credentials");
  world.revoke(actor.id);
  return { status: 204 };
}
