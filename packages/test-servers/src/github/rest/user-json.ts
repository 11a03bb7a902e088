import { createHash } from "node:crypto";
import type { World } from "../state/world.ts";

/** `simple-user`: an account as it appears within other things. */
export function userJson(world: World, apiUrl: string, login: string): Record<string, unknown> {
  const account = world.account(login);
  const name = account?.login ?? login;
  const id = account?.id ?? numberOf(login);
  const url = `${apiUrl}/users/${encodeURIComponent(name)}`;
  const type = account?.type ?? (login.endsWith("[bot]") ? "Bot" : "User");
  return {
    login: name,
    id,
    node_id: nodeId(type, id),
    avatar_url: `${world.serverUrl}/avatars/u/${id}`,
    gravatar_id: "",
    url,
    html_url: `${world.serverUrl}/${name}`,
    followers_url: `${url}/followers`,
    following_url: `${url}/following{/other_user}`,
    gists_url: `${url}/gists{/gist_id}`,
    starred_url: `${url}/starred{/owner}{/repo}`,
    subscriptions_url: `${url}/subscriptions`,
    organizations_url: `${url}/orgs`,
    repos_url: `${url}/repos`,
    events_url: `${url}/events{/privacy}`,
    received_events_url: `${url}/received_events`,
    type,
    site_admin: false,
    user_view_type: "public",
  };
}

export const nodeId = (type: string, id: number | string): string =>
  Buffer.from(`0:${type}:${id}`).toString("base64url");

const numberOf = (text: string): number => createHash("sha256").update(text).digest().readUInt32BE(0);
