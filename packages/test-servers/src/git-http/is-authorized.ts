import type { GitHttpCredential } from "./start-git-http.ts";

/**
 * Whether an Authorization header carries the credential. A token is taken as a bearer token and, as the forges do,
 * as the password of a basic credential with any name.
 */
export function isAuthorized(header: string | undefined, credential: GitHttpCredential): boolean {
  const [scheme = "", value = ""] = (header ?? "").split(" ", 2);
  if (scheme.toLowerCase() === "bearer") return "token" in credential && value === credential.token;
  if (scheme.toLowerCase() !== "basic") return false;
  const pair = Buffer.from(value, "base64").toString("utf8");
  const colon = pair.indexOf(":");
  if (colon < 0) return false;
  const password = pair.slice(colon + 1);
  if ("token" in credential) return password === credential.token;
  return pair.slice(0, colon) === credential.username && password === credential.password;
}
