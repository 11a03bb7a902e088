// Whole words of a source. Whatever begins with or holds "github" is refused as well.
const FORBIDDEN = new Set(
  `git gh commit commits committer committers shortlog mailmap codeowners
  gitlog gitlab gitea gitcommit gitcommits githistory gitblame gharchive ghtorrent octokit`.split(/\s+/u),
);

/**
 * Whether a contact's source says that it comes from GitHub or from git data. Such contacts are refused: GitHub's
 * acceptable-use policies forbid unsolicited mail to people whose addresses were taken from it
 * (https://docs.github.com/en/site-policy/acceptable-use-policies).
 */
export function isForbiddenSource(source: string): boolean {
  const text = source.normalize("NFKC").toLowerCase();
  return text.includes("github") || text.split(/[^a-z0-9]+/u).some((word) => FORBIDDEN.has(word));
}
