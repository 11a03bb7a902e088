import { cleanText } from "./clean-text.ts";
import { ForkError } from "./errors.ts";

const segment = /^[A-Za-z0-9_.][A-Za-z0-9_.-]{0,99}$/;
const reserved = /^\.+$|\.git$|\.lock$/i;

const isSegment = (text: string): boolean => segment.test(text) && !reserved.test(text);

/** `owner/name` in its two parts. Throws `invalid_request` for anything that is no such name, or is unsafe as a folder. */
export function parseRepo(repo: string): { readonly owner: string; readonly name: string } {
  const [owner = "", name = "", ...more] = repo.split("/");
  if (more.length > 0 || !isSegment(owner) || !isSegment(name)) {
    const shown = cleanText(repo, 120);
    throw new ForkError(
      "invalid_request",
      `'${shown}' is no repository name. Expected owner/name, of letters, digits, '.', '_' and '-'.`,
    );
  }
  return { owner, name };
}

/** Throws `invalid_request` unless the text can be an organization's name and a folder's. */
export function checkOrganization(organization: string): void {
  if (isSegment(organization)) return;
  const shown = cleanText(organization, 120);
  throw new ForkError(
    "invalid_request",
    `'${shown}' is no organization name. Expected letters, digits, '.', '_' and '-'.`,
  );
}

/**
 * Throws `invalid_request` unless git takes the text as a branch name. The rules are those of git-check-ref-format(1),
 * and those of `git branch`: it does not begin with '-' and is not HEAD.
 */
export function checkBranch(branch: string): void {
  const parts = branch.split("/");
  const good =
    branch.length <= 200 &&
    branch !== "@" &&
    branch !== "HEAD" &&
    !branch.startsWith("-") &&
    !branch.endsWith(".") &&
    !branch.includes("..") &&
    !branch.includes("@{") &&
    branch.isWellFormed() &&
    // oxlint-disable-next-line no-control-regex -- git refuses exactly these
    !/[\x00-\x20\x7f~^:?*[\\]/.test(branch) &&
    parts.every((part) => part !== "" && !part.startsWith(".") && !part.endsWith(".lock"));
  if (good) return;
  const shown = cleanText(branch, 120);
  throw new ForkError("invalid_request", `'${shown}' is no branch name that git takes. Choose another.`);
}

const hex = /^[0-9a-f]{40}$/;

/** Throws `invalid_request` unless the text is a whole SHA-1 commit id. */
export function checkSha(sha: string): void {
  if (hex.test(sha)) return;
  const shown = cleanText(sha, 80);
  throw new ForkError("invalid_request", `'${shown}' is no commit id. Expected 40 hex digits.`);
}
