import { ForkError } from "../errors.ts";

/**
 * What this package may change on the server: repositories of its own organization, and forks into it. No request that
 * writes reaches an upstream's pull requests, issues or anything else there, whatever its caller asks for.
 * Throws `invalid_request` for every other.
 */
export function guardWrite(method: string, path: string, organization: string): void {
  const parts = path.split("/").slice(1).map(decodeURIComponent);
  const own = parts[1]?.toLowerCase() === organization.toLowerCase();
  const dotted = parts.some((part) => part === "" || part === "." || part === ".." || part.includes("/"));
  const good =
    !dotted &&
    ((parts[0] === "repos" && own && parts.length >= 3) ||
      (parts[0] === "repos" && parts.length === 4 && parts[3] === "forks" && method === "POST") ||
      (parts[0] === "orgs" && own && parts[2] === "actions") ||
      (parts[0] === "app" && parts[1] === "installations" && parts[3] === "access_tokens"));
  if (good) return;
  throw new ForkError(
    "invalid_request",
    `${method} ${path} is not sent: only forks, and repositories of ${organization}, are written to. Upstreams are left alone.`,
  );
}
