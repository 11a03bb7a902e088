import { expect, test } from "vitest";

import { rateLimitOf } from "./rate-limit.ts";

const now = Date.parse("2025-01-02T03:04:05Z");
const seconds = now / 1000;
const secondary = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.";

test.each([
  ["a success", 200, {}, "", null],
  ["a permission that lacks", 403, {}, "Resource not accessible by integration", null],
  ["a permission that lacks, with budget left", 403, { "x-ratelimit-remaining": "12" }, "Forbidden", null],
  ["not found", 404, { "retry-after": "9" }, "", null],
  [
    "a secondary limit without a time",
    403,
    { "x-ratelimit-remaining": "4000" },
    secondary,
    { kind: "secondary", retryAfterMs: null },
  ],
  ["429 alone", 429, {}, "", { kind: "secondary", retryAfterMs: null }],
  ["seconds", 403, { "retry-after": "30" }, secondary, { kind: "secondary", retryAfterMs: 30_000 }],
  [
    "a date",
    429,
    { "retry-after": "Thu, 02 Jan 2025 03:05:05 GMT" },
    "",
    { kind: "secondary", retryAfterMs: 60_000 },
  ],
  ["a day", 429, { "retry-after": "86400" }, "", { kind: "secondary", retryAfterMs: 65 * 60_000 }],
  ["a time in the past", 429, { "retry-after": "-5" }, "", { kind: "secondary", retryAfterMs: 0 }],
  ["words for a time", 429, { "retry-after": "soon" }, "", { kind: "secondary", retryAfterMs: null }],
  ["forks at once", 403, {}, "Too many forks are in progress", { kind: "secondary", retryAfterMs: null }],
  [
    "the hour's budget",
    403,
    {
      "x-ratelimit-remaining": "0",
      "x-ratelimit-reset": String(seconds + 600),
      "x-ratelimit-resource": "search",
    },
    "API rate limit exceeded",
    { kind: "primary", resource: "search", resetAt: now + 601_000 },
  ],
  [
    "a clock that is days off",
    429,
    { "x-ratelimit-remaining": "0", "x-ratelimit-reset": String(seconds + 500_000) },
    "",
    { kind: "primary", resource: "core", resetAt: now + 65 * 60_000 },
  ],
])("%s", (_, status, headers, message, limit) => {
  expect(rateLimitOf({ status, headers, message }, now)).toEqual(limit);
});
