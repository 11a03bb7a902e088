import { type Answer, type Ask, Refused } from "../http/answer.ts";
import type { Route } from "../http/router.ts";
import type { Account } from "../state/account.ts";
import { userJson } from "./user-json.ts";

export const metaRoutes: readonly Route[] = [
  { method: "GET", template: "/rate_limit", handler: rateLimit },
  { method: "GET", template: "/user", handler: signedInUser },
  { method: "GET", template: "/users/{username}", handler: user },
  { method: "GET", template: "/orgs/{org}", handler: organization },
];

function rateLimit({ limiter, world }: Ask): Answer {
  const now = world.nowMs();
  const core = limiter.budget("core", now);
  return {
    status: 200,
    body: {
      resources: { core, search: limiter.budget("search", now), graphql: limiter.budget("graphql", now) },
      rate: core,
    },
  };
}

function profile(ask: Ask, account: Account): Record<string, unknown> {
  const { world } = ask;
  const repos = [...world.repos.values()].filter((repo) => repo.owner === account.login && !repo.private);
  return {
    name: account.name,
    company: account.company,
    blog: account.blog ?? "",
    location: account.location,
    email: account.email,
    public_repos: repos.length,
    public_gists: 0,
    followers: 0,
    following: 0,
    created_at: account.createdAt,
    updated_at: account.createdAt,
  };
}

function user(ask: Ask): Answer {
  const account = ask.world.account(ask.params["username"] ?? "");
  if (account === null) throw new Refused(404, "Not Found");
  return { status: 200, body: userProfile(ask, account) };
}

const userProfile = (ask: Ask, account: Account): Record<string, unknown> => ({
  ...userJson(ask.world, ask.apiUrl, account.login),
  ...profile(ask, account),
  hireable: null,
  bio: account.description,
  twitter_username: null,
});

function signedInUser(ask: Ask): Answer {
  if (ask.actor.kind === "installation") throw new Refused(403, "Resource not accessible by integration");
  const account = ask.actor.kind === "user" ? ask.world.account(ask.actor.login) : null;
  if (account === null) throw new Refused(401, "Requires authentication");
  return { status: 200, body: userProfile(ask, account) };
}

function organization(ask: Ask): Answer {
  const account = ask.world.account(ask.params["org"] ?? "");
  if (account?.type !== "Organization") throw new Refused(404, "Not Found");
  const url = `${ask.apiUrl}/orgs/${account.login}`;
  const { node_id, avatar_url, html_url } = userJson(ask.world, ask.apiUrl, account.login);
  return {
    status: 200,
    body: {
      login: account.login,
      id: account.id,
      node_id,
      url,
      repos_url: `${url}/repos`,
      events_url: `${url}/events`,
      hooks_url: `${url}/hooks`,
      issues_url: `${url}/issues`,
      members_url: `${url}/members{/member}`,
      public_members_url: `${url}/public_members{/member}`,
      avatar_url,
      html_url,
      description: account.description,
      ...profile(ask, account),
      // A company that nobody set is left out, and so is an address.
      ...(account.email === null ? { email: undefined } : {}),
      ...(account.blog === null ? { blog: undefined } : {}),
      ...(account.company === null ? { company: undefined } : {}),
      ...(account.location === null ? { location: undefined } : {}),
      ...(account.name === null ? { name: undefined } : {}),
      is_verified: account.verified,
      has_organization_projects: true,
      has_repository_projects: true,
      type: "Organization",
      archived_at: null,
    },
  };
}
