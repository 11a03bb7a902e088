const FORBIDDEN = new Set(["git", "github", "gh", "commit", "commits", "gitlog"]);

/**
 * Whether a contact's source says that it comes from GitHub or from git data. Such contacts are refused: GitHub's
 * acceptable-use policies forbid unsolicited mail to people whose addresses were taken from it
 * (https://docs.github.com/en/site-policy/acceptable-use-policies).
 */
export function isForbiddenSource(source: string): boolean {
  return source
    .toLowerCase()
    .split(/[^a-z0-9]+/u)
    .some((word) => FORBIDDEN.has(word));
}
