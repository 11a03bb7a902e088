import { expect, it } from "vitest";
import { renewalTime, untilRenewal } from "./push-renewal.ts";

const now = new Date("2026-01-01T00:00:00Z");

it("renews a token halfway through its time, and one that has ended at once", () => {
  expect(renewalTime(now, "2026-01-01T01:00:00Z")).toBe("2026-01-01T00:30:00.000Z");
  expect(renewalTime(now, "2025-12-31T23:00:00Z")).toBe("2026-01-01T00:00:00.000Z");
});

it("looks again in time for it", () => {
  expect(untilRenewal(600_000, now, undefined)).toBe(600_000);
  expect(untilRenewal(600_000, now, "2026-01-01T00:30:00Z")).toBe(600_000);
  expect(untilRenewal(3_600_000, now, "2026-01-01T00:30:00Z")).toBe(1_800_000);
  expect(untilRenewal(600_000, now, "2025-12-31T23:00:00Z")).toBe(1000);
});
