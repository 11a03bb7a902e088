import { expect, test } from "vitest";
import { liveness, reconnectDelay } from "./liveness.ts";

const RULE = { minMs: 300_000, minTries: 5 };

test.each([
  ["nothing failed", null, 0, 1_000_000, "wait"],
  ["many tries within a short time: a network that hiccups", 1_000_000, 50, 1_299_999, "wait"],
  ["a long time and few tries: the orchestrator was paused", 1_000_000, 4, 9_000_000, "wait"],
  ["both", 1_000_000, 5, 1_300_000, "ask_provider"],
  ["a clock that was set back", 1_000_000, 50, 900_000, "wait"],
] as const)("%s", (_, firstFailureAt, failures, now, act) => {
  expect(liveness({ ...RULE, firstFailureAt, failures, now })).toBe(act);
});

test("pauses grow up to a minute, and no two sessions take the same", () => {
  const whole = [1, 2, 3, 4, 5, 6, 7, 8, 9, 1_000, Infinity].map((attempt) =>
    reconnectDelay(attempt, () => 0.999_999),
  );
  expect(whole).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000, 60_000]);
  expect(reconnectDelay(3, () => 0)).toBe(1_000);
  expect(reconnectDelay(3, () => 0.5)).toBe(1_500);
  for (const attempt of [0, -1, Number.NaN]) expect(reconnectDelay(attempt, () => 0)).toBe(250);
});
