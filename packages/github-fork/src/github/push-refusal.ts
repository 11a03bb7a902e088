import { cleanText } from "../clean-text.ts";
import { ForkError } from "../errors.ts";

/** What the server's words at a push mean, where they mean more than "moved meanwhile"; null otherwise. */
export function pushRefusal(stderr: string, branch: string, repo: string): ForkError | null {
  const words = cleanText(stderr, 400);
  if (/refusing to allow .{0,60} to create or update workflow/i.test(stderr))
    return new ForkError(
      "workflow_scope",
      `${branch} changes workflow files, which this token may not push: ${words}. Give the token the scope 'workflow' (fine-grained: Workflows, write), or take .github/workflows out of the branch.`,
      { repo },
    );
  if (/GH013|rule violations|push protection|GH006|protected branch/i.test(stderr))
    return new ForkError(
      "push_rejected",
      `The organization's rules refuse ${branch} on the fork of ${repo}: ${words}. Change the rule or the branch.`,
      { repo },
    );
  if (/GH001|exceeds GitHub's file size limit|large files detected/i.test(stderr))
    return new ForkError("push_rejected", `${branch} has a file that GitHub does not take: ${words}.`, {
      repo,
    });
  return null;
}
