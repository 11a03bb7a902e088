import fc from "fast-check";
import { expect, test } from "vitest";
import { parseResetTime } from "./reset-time.ts";

const NOW = new Date("2026-11-22T02:57:00Z");

test.each([
  ["You've hit your session limit · resets 3:45pm (America/New_York)", "2026-11-22T20:45:00.000Z"],
  ["You've hit your 5-hour limit · resets 4:57am (UTC)", "2026-11-22T04:57:00.000Z"],
  ["You've hit your session limit · resets 1am (Asia/Singapore)", "2026-11-22T17:00:00.000Z"],
  ["You've hit your session limit · resets 3:20am (Asia/Calcutta)", "2026-11-22T21:50:00.000Z"],
  ["You've hit your weekly limit · resets Nov 25, 4:17pm (UTC)", "2026-11-25T16:17:00.000Z"],
  ["Resets Dec 2 at 12pm (Asia/Singapore)", "2026-12-02T04:00:00.000Z"],
  ["Resets Nov 26, 5:59am (America/Los_Angeles)", "2026-11-26T13:59:00.000Z"],
  ["Claude usage limit reached. Your limit will reset at 9am (America/Chicago).", "2026-11-22T15:00:00.000Z"],
  ["Your limit will reset at 1pm (Etc/GMT+5)", "2026-11-22T18:00:00.000Z"],
  ["Claude AI usage limit reached|1795316400", "2026-11-22T03:00:00.000Z"],
  ['{"type":"usage_limit_reached","resets_at":1795316400,"resets_in_seconds":9}', "2026-11-22T03:00:00.000Z"],
  ['{"resets_in_seconds":120}', "2026-11-22T02:59:00.000Z"],
  [
    "You've hit your usage limit. Upgrade or try again in 2 days 17 hours 14 minutes.",
    "2026-11-24T20:11:00.000Z",
  ],
  ["You've hit your usage limit. Try again at 4:17 PM.", "2026-11-22T16:17:00.000Z"],
  ["try again at Nov 25th, 2026 4:17 PM.", "2026-11-25T16:17:00.000Z"],
  ["You exceeded your current quota. Please retry in 34.5s.", "2026-11-22T02:57:34.500Z"],
  ["resets in 3h 20m", "2026-11-22T06:17:00.000Z"],
  ["retry after 90 seconds", "2026-11-22T02:58:30.000Z"],
  ["retry-after: 60", "2026-11-22T02:58:00.000Z"],
  ["resets at 2026-11-25T16:17:00+01:00", "2026-11-25T15:17:00.000Z"],
  ["resets Monday 9am (Europe/Berlin)", "2026-11-23T08:00:00.000Z"],
  ["resets Sun, 1am (UTC)", "2026-11-29T01:00:00.000Z"],
  ["try again at 15:45", "2026-11-22T15:45:00.000Z"],
  // A zone that nobody knows counts as UTC.
  ["resets 3:45pm (Mars/Olympus)", "2026-11-22T15:45:00.000Z"],
  // Just gone by: the text is older than its reading.
  ["resets 2:30am (UTC)", "2026-11-22T02:30:00.000Z"],
  ["resets 1:30am (UTC)", "2026-11-23T01:30:00.000Z"],
])("%j is %s", (text, expected) => {
  expect(parseResetTime(text, NOW)?.toISOString()).toBe(expected);
});

test.each([
  "You've hit your session limit",
  "API Error: Request rejected (429)",
  "retry 3 of 5",
  "resets 25:00",
  "resets 13pm (UTC)",
  "resets Foo 25, 4pm",
  "usage limit reached|12",
  "usage limit reached|9999999999",
  "try again in 9999999 days",
  "",
])("%j says no time", (text) => {
  expect(parseResetTime(text, NOW)).toBeNull();
});

test("a date after New Year is next year's, and summer time counts", () => {
  expect(parseResetTime("resets Jan 2, 3am (UTC)", new Date("2026-12-31T12:00:00Z"))?.toISOString()).toBe(
    "2027-01-02T03:00:00.000Z",
  );
  expect(parseResetTime("resets 9am (Europe/Berlin)", new Date("2026-03-28T20:00:00Z"))?.toISOString()).toBe(
    "2026-03-29T07:00:00.000Z",
  );
  expect(parseResetTime("resets 12:30am (America/New_York)", NOW)?.toISOString()).toBe(
    "2026-11-22T05:30:00.000Z",
  );
});

test("no text makes it throw, or wait for more than a month", () => {
  const piece = fc.oneof(
    fc.constantFrom(
      "resets ",
      "try again in ",
      "at ",
      "Nov 31, ",
      "9",
      "pm",
      "(UTC)",
      " days",
      ":",
      "|1795316400",
    ),
    fc.string({ maxLength: 5 }),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const found = parseResetTime(pieces.join(""), NOW);
      if (found === null) return;
      expect(Number.isFinite(found.getTime())).toBe(true);
      expect(found.getTime() - NOW.getTime()).toBeLessThanOrEqual(32 * 86_400_000);
    }),
    { numRuns: 500 },
  );
});
