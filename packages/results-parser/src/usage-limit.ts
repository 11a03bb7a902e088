import { cleanLine } from "./clean-text.ts";
import { ownValue, isJsonObject, type JsonObject } from "./read-json.ts";
import { parseResetTime } from "./reset-time.ts";
import type { UsageLimit } from "./results.ts";

const LIMIT =
  /\b(?:usage|session|hour|weekly|daily|monthly|spend(?:ing)?|rate)[ _-]limit|hit your .{0,40}limit|limit (?:was |has been )?reached|(?:exceeded|exhausted) your .{0,30}quota|quota exceeded|too many (?:requests|tokens)|resource_exhausted|throttl/i;
const OVERLOAD = /\boverloaded|at capacity|service unavailable/i;
/** Waiting does not fill an account. */
const MONEY = /billing|credit balance|insufficient_quota|payment/i;

/** The limit that a failed result stands for; null when it failed for another reason. */
export function limitOfResult(
  result: { readonly text: string; readonly apiStatus: number | null; readonly apiError: string | null },
  now: Date,
): UsageLimit | null {
  const { text, apiStatus } = result;
  const resetAt = parseResetTime(text, now);
  if (apiStatus === 529 || (apiStatus !== 429 && OVERLOAD.test(text) && !LIMIT.test(text))) {
    return { kind: "overloaded", text, resetAt };
  }
  if (MONEY.test(text) && resetAt === null) return null;
  const isLimit = apiStatus === 429 || result.apiError === "usage_limit_reached" || LIMIT.test(text);
  return isLimit ? { kind: null, text, resetAt } : null;
}

/** Claude Code's `rate_limit_event`: null when requests still pass. */
export function limitOfEvent(event: JsonObject): UsageLimit | null {
  const info = ownValue(event, "rate_limit_info");
  if (!isJsonObject(info) || ownValue(info, "status") !== "rejected") return null;
  const type = ownValue(info, "rateLimitType");
  const kind = typeof type === "string" ? cleanLine(type, 60) || null : null;
  const seconds = ownValue(info, "resetsAt");
  const isTime = typeof seconds === "number" && seconds > 1e9 && seconds < 1e10;
  return {
    kind,
    text: `The ${kind ?? "usage"} limit is reached.`,
    resetAt: isTime ? new Date(seconds * 1000) : null,
  };
}
