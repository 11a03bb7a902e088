/** Which branch a mail points to. */
export type BranchChoice =
  /** The run's own: nothing in it is left out. */
  | { readonly kind: "whole" }
  /** One that has these commits alone, oldest first. */
  | { readonly kind: "verified"; readonly commits: readonly string[]; readonly total: number };

/**
 * A mail says "all 3 commits" of what was verified, so its link must show no others. `commits` are the branch's, newest first,
 * whole ids; `verified` are those of the verified claims, which may be cut short. Where nothing was verified, or a verified commit is not on
 * the branch, no other branch would be truer than the run's own.
 */
export function chooseBranch(commits: readonly string[], verified: readonly string[]): BranchChoice {
  const isVerified = (sha: string): boolean =>
    verified.some((id) => id.length >= 7 && sha.startsWith(id.toLowerCase()));
  const kept = commits.filter(isVerified).toReversed();
  const isMissing = verified.some((id) => !commits.some((sha) => sha.startsWith(id.toLowerCase())));
  if (kept.length === 0 || kept.length === commits.length || isMissing) return { kind: "whole" };
  return { kind: "verified", commits: kept, total: commits.length };
}
