import { expect, test } from "vitest";
import { draftExpiry, type DraftExpiryFacts } from "./draft-expiry.ts";

const facts: DraftExpiryFacts = {
  renderedAt: new Date("2026-03-01T12:00:00Z"),
  upstreamMoved: false,
  appliesCleanly: null,
  maxAgeDays: 30,
  now: new Date("2026-03-11T12:00:00Z"),
};

test.each<[string, Partial<DraftExpiryFacts>, string]>([
  ["nothing moved", {}, "fresh"],
  ["nobody looked", { upstreamMoved: null }, "fresh"],
  ["the upstream moved and the branch applies", { upstreamMoved: true, appliesCleanly: true }, "fresh"],
  ["the upstream moved and nobody tried", { upstreamMoved: true }, "not_checked"],
  ["the branch does not apply", { upstreamMoved: true, appliesCleanly: false }, "no_longer_applies"],
  ["a minute before its time", { now: new Date("2026-03-31T11:59:00Z") }, "fresh"],
  ["at its time", { now: new Date("2026-03-31T12:00:00Z") }, "too_old"],
  ["a clock that was wrong", { now: new Date("2020-01-01T00:00:00Z") }, "fresh"],
  ["a date that is none", { renderedAt: new Date("soon") }, "too_old"],
])("%s: %s", (_, changes, code) => {
  const expiry = draftExpiry({ ...facts, ...changes });
  expect([expiry.code, expiry.expired, expiry.reason === ""]).toEqual([
    code,
    code !== "fresh",
    code === "fresh",
  ]);
});

test("the reason has the numbers and the next act", () => {
  expect(draftExpiry({ ...facts, now: new Date("2026-04-11T12:00:00Z") })).toEqual({
    expired: true,
    code: "too_old",
    reason: "The draft is 41 days old, and 30 days are allowed (outreach.draftMaxAgeDays). Render it again.",
    expiresAt: new Date("2026-03-31T12:00:00Z"),
  });
});
