/** An answer of the server, as far as limits are concerned. */
export interface LimitedAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | number | undefined>>;
  /** What the server said. */
  readonly message: string;
}

/** Which limit an answer speaks of. */
export type RateLimit =
  /** The hour's budget of one resource (core, search, graphql) is used up. */
  | { readonly kind: "primary"; readonly resource: string; readonly resetAt: number }
  /** Too much at once. null: for how long is not said. */
  | { readonly kind: "secondary"; readonly retryAfterMs: number | null };

const words =
  /secondary rate limit|abuse detection|rate limit exceeded|too many (requests|forks)|too quickly/i;

/**
 * The limit that an answer speaks of; null: none. Source: GitHub's "Rate limits for the REST API": 403 or 429;
 * Retry-After counts first, then x-ratelimit-reset where nothing remains, and otherwise a minute at least.
 */
export function rateLimitOf(answer: LimitedAnswer, now: number): RateLimit | null {
  const { status, headers, message } = answer;
  if (status !== 403 && status !== 429) return null;
  const retryAfter = retryAfterMs(headers["retry-after"], now);
  if (retryAfter !== null) return { kind: "secondary", retryAfterMs: retryAfter };
  const reset = Number(headers["x-ratelimit-reset"]);
  if (String(headers["x-ratelimit-remaining"]) === "0" && Number.isFinite(reset) && reset > 0) {
    const resource = String(headers["x-ratelimit-resource"] ?? "core");
    // A second more: the header has whole seconds. Never more than an hour and a bit, whatever a clock says.
    return { kind: "primary", resource, resetAt: Math.min(reset * 1000 + 1000, now + 65 * 60_000) };
  }
  return status === 429 || words.test(message) ? { kind: "secondary", retryAfterMs: null } : null;
}

function retryAfterMs(header: string | number | undefined, now: number): number | null {
  if (header === undefined) return null;
  const seconds = Number(header);
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(String(header)) - now;
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), 65 * 60_000) : null;
}
