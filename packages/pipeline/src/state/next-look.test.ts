import { expect, it } from "vitest";
import { nextLookMs } from "./next-look.ts";

it.each([
  ["at once after the start", 0, 10, 3000],
  ["after a minute", 60, 10, 6000],
  ["after ten minutes", 600, 10, 60_000],
  ["at the configured pace from then on", 8 * 3600, 10, 600_000],
  ["never slower than configured", 3600, 0.005, 300],
])("looks again %s", (_, elapsedSeconds, pollMinutes, expected) => {
  expect(nextLookMs(elapsedSeconds, pollMinutes)).toBe(expected);
});
