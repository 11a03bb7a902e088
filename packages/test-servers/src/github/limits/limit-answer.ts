import { type Answer, errorBody } from "../http/answer.ts";
import type { LimitHit } from "./limiter.ts";

const secondary = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.";

/** GitHub's answer to a request beyond a limit. */
export function limitAnswer(hit: LimitHit): Answer {
  const message = hit.kind === "primary" ? "API rate limit exceeded for this token." : secondary;
  const documentation =
    hit.kind === "primary"
      ? "https://docs.github.com/rest/overview/rate-limits-for-the-rest-api"
      : "https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api#about-secondary-rate-limits";
  return {
    status: hit.status,
    body: errorBody(hit.status, message, { documentation_url: documentation }),
    headers: hit.retryAfter === null ? {} : { "retry-after": String(hit.retryAfter) },
  };
}
