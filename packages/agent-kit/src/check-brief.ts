import { AgentKitError } from "./agent-kit-error.ts";
import type { RunBrief } from "./types.ts";

const LANGUAGES = new Set(["python", "javascript", "typescript", "java"]);

/**
 * Checks each field of the brief that ends up in a shell, a git command or a file name on the machine.
 * Throws `brief_invalid` with the field's name.
 */
export function checkBrief(brief: RunBrief): void {
  expect(
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(brief.runId),
    "runId",
    "1-100 letters, digits, '.', '_' or '-'",
  );
  expect(
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,59}$/.test(brief.projectId),
    "projectId",
    "1-60 letters, digits, '.', '_' or '-'",
  );
  expect(/^[A-Za-z0-9._-]{1,100}\/[A-Za-z0-9._-]{1,100}$/.test(brief.repo), "repo", "owner/name");
  expect(LANGUAGES.has(brief.language), "language", [...LANGUAGES].join(", "));
  expect(isBranchName(brief.branch), "branch", "a name that git accepts, such as codeflash/optimize");
  expect(
    /^([0-9a-f]{40}|[0-9a-f]{64})$/.test(brief.baseSha),
    "baseSha",
    "a full commit, 40 hexadecimal digits",
  );
  expect(
    Number.isFinite(brief.timeLimitHours) && brief.timeLimitHours > 0,
    "timeLimitHours",
    "a number above 0",
  );
  expect(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(brief.sessionId), "sessionId", "a UUID");
}

/**
 * Checks the URL that the machine clones: https, http, ssh, git or file, or an absolute path, without a credential in it.
 * Throws `brief_invalid`.
 */
export function checkCloneUrl(cloneUrl: string): void {
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  expect(!/[\u0000-\u001f\u007f]/.test(cloneUrl), "cloneUrl", "a URL without control characters");
  if (cloneUrl.startsWith("/")) return;
  const url = URL.parse(cloneUrl);
  expect(
    url !== null && ["https:", "http:", "ssh:", "git:", "file:"].includes(url.protocol),
    "cloneUrl",
    "an https, http, ssh, git or file URL, or an absolute path",
  );
  expect(
    url.password === "" && (url.username === "" || url.protocol === "ssh:"),
    "cloneUrl",
    "a URL without a credential in it: a machine clones without one",
  );
}

/** git's own rules (git-check-ref-format), and nothing that a shell or a glob takes for its own. */
function isBranchName(branch: string): boolean {
  return (
    /^[A-Za-z0-9_][A-Za-z0-9._/+-]{0,199}$/.test(branch) &&
    !/\.\.|\/\/|\/\.|\.\/|\.lock(\/|$)|[./]$/.test(branch) &&
    branch !== "HEAD"
  );
}

function expect(holds: boolean, field: string, wanted: string): asserts holds {
  if (!holds)
    throw new AgentKitError(
      "brief_invalid",
      `The brief's ${field} must be ${wanted}. Correct the project or the configuration.`,
    );
}
