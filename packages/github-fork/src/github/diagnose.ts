import { ForkError } from "../errors.ts";
import { cleanText } from "../clean-text.ts";
import type { Finding } from "../provider.ts";
import { isStatus } from "./api-failure.ts";
import { organizationActions } from "./actions-off.ts";
import type { GitHubClient } from "./client.ts";
import { record } from "./repository-facts.ts";

const finding = (name: Finding["name"], state: Finding["state"], message: string): Finding => ({
  name,
  state,
  message,
});

/** Looks whether this token can do the work in this organization. It changes nothing, and asks at most five times. */
export async function diagnoseGitHub(
  client: GitHubClient,
  organization: string,
  signal: AbortSignal | undefined,
): Promise<Finding[]> {
  try {
    const headers = await client.headers("/user", signal);
    return [
      scopes(headers),
      await organizationFinding(client, organization, signal),
      await actionsFinding(client, organization, signal),
      limits(headers),
    ];
  } catch (error) {
    signal?.throwIfAborted();
    if (isStatus(error, 401))
      return [
        finding(
          "token",
          "bad",
          "GitHub does not take the token: it is wrong, revoked or has expired. Put a new one into GITHUB_TOKEN.",
        ),
      ];
    if (isStatus(error, 403))
      return [
        finding(
          "token",
          "bad",
          `GitHub refuses the token: ${error.words}. An App's token cannot fork; put a token of an account into GITHUB_TOKEN.`,
        ),
      ];
    if (error instanceof ForkError)
      return [finding(error.code === "rate_limited" ? "limits" : "token", "bad", error.message)];
    const why = error instanceof Error ? cleanText(error.message, 300) : "no answer";
    return [
      finding(
        "token",
        "bad",
        `GitHub cannot be asked: ${why}. Check the network, GITHUB_API_URL and GITHUB_SERVER_URL.`,
      ),
    ];
  }
}

function scopes(headers: Readonly<Record<string, string>>): Finding {
  const text = headers["x-oauth-scopes"];
  if (text === undefined)
    return finding(
      "token",
      "note",
      "fine-grained: its rights show only in use. It needs Administration, Contents, Actions and Workflows (write) on the organization's repositories.",
    );
  const has = new Set(text.split(",").map((scope) => scope.trim()));
  if (!has.has("repo") && !has.has("public_repo"))
    return finding(
      "token",
      "bad",
      `the token lacks the scope 'public_repo' (it has: ${cleanText(text, 200) || "none"}). Give it to the token in GitHub's settings.`,
    );
  const expires = headers["github-authentication-token-expiration"];
  const until = expires === undefined ? "" : `; it expires ${cleanText(expires, 40)}`;
  return has.has("workflow")
    ? finding("token", "good", `scopes: ${cleanText(text, 200)}${until}`)
    : finding(
        "token",
        "note",
        `the token lacks the scope 'workflow': branches that change .github/workflows are refused, and old forks may not sync${until}`,
      );
}

async function organizationFinding(
  client: GitHubClient,
  organization: string,
  signal: AbortSignal | undefined,
): Promise<Finding> {
  const found = await client.readIfThere("/orgs/{org}", { signal, params: { org: organization } });
  if (found === null)
    return finding(
      "organization",
      "bad",
      `${organization} is no organization on the server. Correct github.organization; forks cannot go to a person's account.`,
    );
  try {
    const member = record(
      await client.read("/user/memberships/orgs/{org}", { signal, params: { org: organization } }),
    );
    if (member["state"] === "pending")
      return finding(
        "organization",
        "bad",
        `the token's account has not accepted its invitation to ${organization}: accept it.`,
      );
    if (member["role"] === "admin") return finding("organization", "good", `${organization}, as an owner`);
    const mayCreate = record(found)["members_can_create_public_repositories"] !== false;
    return mayCreate
      ? finding("organization", "good", `${organization}, as a member who may create repositories`)
      : finding(
          "organization",
          "bad",
          `members of ${organization} may not create public repositories, so the token cannot fork into it: allow it under Member privileges, or use an owner's token.`,
        );
  } catch (error) {
    if (isStatus(error, 404))
      return finding(
        "organization",
        "bad",
        `the token's account is no member of ${organization}: invite it, or use another token.`,
      );
    if (isStatus(error, 403))
      return finding(
        "organization",
        "note",
        `${organization}; whether the token may fork into it is not shown to it (classic: scope read:org; single sign-on: authorize the token)`,
      );
    throw error;
  }
}

async function actionsFinding(
  client: GitHubClient,
  organization: string,
  signal: AbortSignal | undefined,
): Promise<Finding> {
  switch (await organizationActions(client, organization, signal)) {
    case "none":
      return finding("actions", "good", `off in all of ${organization}`);
    case "selected":
      return finding(
        "actions",
        "good",
        `on in chosen repositories of ${organization} only; each fork is checked`,
      );
    case "all":
      return finding(
        "actions",
        "note",
        `on in all of ${organization}: each fork's are switched off, and read back, before anything is pushed. Where the organization holds forks only, switch them off in its settings.`,
      );
    case null:
      return finding(
        "actions",
        "note",
        `the organization's setting is not shown to the token (classic: scope admin:org); each fork's Actions are switched off by itself`,
      );
  }
}

function limits(headers: Readonly<Record<string, string>>): Finding {
  const left = Number(headers["x-ratelimit-remaining"]);
  const limit = Number(headers["x-ratelimit-limit"]);
  if (!Number.isFinite(left) || !Number.isFinite(limit))
    return finding("limits", "note", "the server names no limit");
  const reset = new Date(Number(headers["x-ratelimit-reset"]) * 1000);
  const at = Number.isNaN(reset.getTime())
    ? "within the hour"
    : `at ${reset.toISOString().slice(11, 16)} UTC`;
  const text = `${left} of ${limit} requests left, full again ${at}`;
  return left < 50
    ? finding("limits", "bad", `${text}: wait until then, or use another token`)
    : finding("limits", "good", text);
}
