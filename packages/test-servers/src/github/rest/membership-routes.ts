import { type Answer, type Ask, Refused } from "../http/answer.ts";
import { paginate } from "../http/paginate.ts";
import type { Route } from "../http/router.ts";
import type { Account } from "../state/account.ts";
import { userJson } from "./user-json.ts";

export const membershipRoutes: readonly Route[] = [
  {
    method: "GET",
    template: "/orgs/{org}/memberships/{username}",
    handler: (ask) => membership(ask, ask.params["username"] ?? ""),
  },
  {
    method: "GET",
    template: "/user/memberships/orgs/{org}",
    handler: (ask) => membership(ask, signedIn(ask)),
  },
  { method: "GET", template: "/user/orgs", handler: ownOrganizations },
];

function signedIn({ actor }: Ask): string {
  if (actor.kind !== "user") throw new Refused(401, "Requires authentication");
  return actor.login;
}

function membership(ask: Ask, login: string): Answer {
  const org = ask.world.account(ask.params["org"] ?? "");
  const role = org?.members.get(login);
  if (!org || !role || !org.members.has(signedIn(ask))) throw new Refused(404, "Not Found");
  const { url, organization } = organizationJson(ask, org);
  return {
    status: 200,
    body: {
      url: `${url}/memberships/${login}`,
      state: "active",
      role,
      organization_url: url,
      organization,
      user: userJson(ask.world, ask.apiUrl, login),
    },
  };
}

function organizationJson(ask: Ask, org: Account): { url: string; organization: Record<string, unknown> } {
  const url = `${ask.apiUrl}/orgs/${org.login}`;
  const { login, id, node_id, avatar_url } = userJson(ask.world, ask.apiUrl, org.login);
  const organization = {
    login,
    id,
    node_id,
    avatar_url,
    url,
    description: org.description,
    repos_url: `${url}/repos`,
    events_url: `${url}/events`,
    hooks_url: `${url}/hooks`,
    issues_url: `${url}/issues`,
    members_url: `${url}/members{/member}`,
    public_members_url: `${url}/public_members{/member}`,
  };
  return { url, organization };
}

function ownOrganizations(ask: Ask): Answer {
  const login = signedIn(ask);
  const mine = [...ask.world.accounts()].filter((account) => account.members.has(login));
  const { items, headers } = paginate(ask, mine);
  return { status: 200, headers, body: items.map((org) => organizationJson(ask, org).organization) };
}
