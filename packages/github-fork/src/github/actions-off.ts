import { ForkError } from "../errors.ts";
import { parseRepo } from "../names.ts";
import { isStatus } from "./api-failure.ts";
import type { GitHubClient } from "./client.ts";
import { record } from "./repository-facts.ts";

/** Which of an organization's repositories may run Actions; null: this token may not ask. */
export type OrganizationActions = "all" | "none" | "selected" | null;

export async function organizationActions(
  client: GitHubClient,
  organization: string,
  signal: AbortSignal | undefined,
): Promise<OrganizationActions> {
  try {
    const data = await client.read("/orgs/{org}/actions/permissions", {
      signal,
      params: { org: organization },
    });
    const setting = record(data)["enabled_repositories"];
    return setting === "all" || setting === "none" || setting === "selected" ? setting : null;
  } catch (error) {
    if (isStatus(error, 403, 404)) return null;
    throw error;
  }
}

/**
 * Switches the whole organization's Actions off, and reads it back: a fork made afterwards never has them, not for a moment.
 * False: this token may not, or an enterprise's policy stands above it.
 */
export async function switchOrganizationOff(
  client: GitHubClient,
  organization: string,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const before = await organizationActions(client, organization, signal);
  if (before === "none") return true;
  if (before === null) return false;
  try {
    await client.write("PUT", "/orgs/{org}/actions/permissions", {
      signal,
      params: { org: organization, enabled_repositories: "none" },
    });
  } catch (error) {
    if (isStatus(error, 403, 404, 409)) return false;
    throw error;
  }
  return (await organizationActions(client, organization, signal)) === "none";
}

async function isEnabled(
  client: GitHubClient,
  repo: string,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const { owner, name } = parseRepo(repo);
  const params = { owner, repo: name };
  const data = await client.read("/repos/{owner}/{repo}/actions/permissions", { signal, params });
  return record(data)["enabled"] !== false;
}

/** Switches a fork's Actions off and reads it back. Throws `actions_enabled` when they are still on, so nothing is pushed. */
export async function switchActionsOff(
  client: GitHubClient,
  forkRepo: string,
  repo: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { owner, name } = parseRepo(forkRepo);
  let why = "the setting was taken, but reads as it was";
  try {
    if (!(await isEnabled(client, forkRepo, signal))) return;
    try {
      await client.write("PUT", "/repos/{owner}/{repo}/actions/permissions", {
        signal,
        params: { owner, repo: name, enabled: false },
      });
    } catch (error) {
      // 409: the organization's own setting forbids to change it; what holds is read below.
      if (!isStatus(error, 409)) throw error;
      why = error.words;
    }
    if (!(await isEnabled(client, forkRepo, signal))) return;
  } catch (error) {
    if (!isStatus(error, 403, 404)) throw error;
    why = error.words;
  }
  throw new ForkError(
    "actions_enabled",
    `GitHub Actions of ${forkRepo} cannot be switched off: ${why}. Nothing is pushed to it. Give the token the right to administer the organization's repositories (classic: repo; fine-grained: Administration and Actions, write), or switch Actions off in ${owner}'s settings.`,
    { repo },
  );
}
