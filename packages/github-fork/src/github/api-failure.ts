import { cleanText } from "../clean-text.ts";
import { ForkError } from "../errors.ts";

/** An answer of the API that is no success. It does not leave this package: `toForkError` gives it its meaning. */
export class ApiFailure extends Error {
  override readonly name = "ApiFailure";
  readonly status: number;
  /** What was asked: `GET /repos/acme/app`. */
  readonly request: string;
  /** The server's words, clean, at most 300 characters. */
  readonly words: string;

  constructor(status: number, request: string, words: string, cause?: unknown) {
    super(`${request} answered ${status}: ${words}`, cause === undefined ? {} : { cause });
    this.status = status;
    this.request = request;
    this.words = words;
  }
}

export function isStatus(error: unknown, ...statuses: readonly number[]): error is ApiFailure {
  return error instanceof ApiFailure && statuses.includes(error.status);
}

/** The words of an answer's body, fit to be shown. */
export function wordsOf(data: unknown): string {
  if (typeof data === "string") return cleanText(data, 300);
  const { message, errors } = (typeof data === "object" && data !== null ? data : {}) as Record<
    string,
    unknown
  >;
  const details = Array.isArray(errors)
    ? errors.slice(0, 3).map((error: unknown) => {
        const inner = (typeof error === "object" && error !== null ? error : {}) as Record<string, unknown>;
        return typeof error === "string" ? error : textOf(inner["message"]) || textOf(inner["code"]);
      })
    : [];
  return cleanText([textOf(message) || "no message", ...details].filter(Boolean).join("; "), 300);
}

const textOf = (value: unknown): string => (typeof value === "string" ? value : "");

/** What a failure means for whoever asked for a fork; the message names the next act. */
export function toForkError(failure: ApiFailure, repo: string | undefined): ForkError {
  const { status, request, words } = failure;
  const facts = { repo, cause: failure };
  const said = `GitHub answered ${request} with ${status}: ${words}.`;
  if (status === 401)
    return new ForkError(
      "unauthorized",
      `${said} The token is wrong, revoked or has expired: put a new one into GITHUB_TOKEN.`,
      facts,
    );
  if (/workflow.{0,20}(scope|permission)/i.test(words))
    return new ForkError(
      "workflow_scope",
      `${said} Give the token the scope 'workflow' (fine-grained: Workflows, write).`,
      facts,
    );
  if (status === 403)
    return new ForkError(
      "forbidden",
      `${said} Give the token that right (classic: scopes repo or public_repo, workflow; fine-grained: Administration, Contents, Actions, write), or authorize it for the organization's single sign-on.`,
      facts,
    );
  const retryable = status >= 500 || status === 0;
  const act = retryable
    ? "Try again later; see the server's status page."
    : "Check the repository's and the organization's names, and that the token may see them.";
  return new ForkError("server_failed", `${said} ${act}`, { ...facts, retryable });
}
