import { ForkError } from "../errors.ts";
import type { GitCredential } from "./start-git.ts";

const variable = "UNIVERSE_GIT_TOKEN";
// A helper of one line: sh's own printf, so that the token is in no argument of any process.
const helper = `!f() { test "$1" = get && printf 'username=x-access-token\\npassword=%s\\n' "$${variable}"; }; f`;

/** Options that name a credential helper for one server, and forget every other. The token is not in them. */
export function credentialOptions(credential: GitCredential | undefined): readonly string[] {
  if (credential === undefined) return [];
  const origin = trustedOrigin(credential.server);
  // A repository that moved is not followed: what is pushed goes where it was meant to, or nowhere.
  const stay = ["-c", "http.followRedirects=false"];
  return [...stay, "-c", "credential.helper=", "-c", `credential.${origin}.helper=${helper}`];
}

/** What the helper reads: the token, in the environment of that one git and its children. */
export function credentialEnvironment(credential: GitCredential | undefined): NodeJS.ProcessEnv {
  return credential === undefined ? {} : { [variable]: credential.token };
}

/**
 * The origin of a server that may be given a token: https, or http on this computer's loopback. Throws
 * `invalid_request` for any other, and for a URL that holds a credential itself.
 */
export function trustedOrigin(server: string): string {
  const url = URL.canParse(server) ? new URL(server) : null;
  const plain = url !== null && url.username === "" && url.password === "" && url.search === "";
  const loopback = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url?.hostname ?? "");
  if (plain && (url.protocol === "https:" || (url.protocol === "http:" && loopback))) return url.origin;
  const shown = url === null ? "the address" : `${url.protocol}//${url.host}`;
  throw new ForkError(
    "invalid_request",
    `${shown} is not given a token: it takes an https:// URL without a credential in it. Correct GITHUB_API_URL or GITHUB_SERVER_URL.`,
  );
}
