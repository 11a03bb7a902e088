import { expect, it } from "vitest";
import { verdictOf } from "./experiment-status.ts";

it.each([
  ["baseline", "baseline"],
  ["measurement", "measurement"],
  ["keep", "kept"],
  ["Kept", "kept"],
  ["keep (reworked)", "kept"],
  ["keep (reverted later)", "discarded"],
  ["discard", "discarded"],
  ["discarded", "discarded"],
  ["reverted", "discarded"],
  ["no-op", "discarded"],
  ["blocked", "blocked"],
  ["crash", "failed"],
  ["checks_failed", "failed"],
  ["checks failed", "failed"],
  ["hook-blocked", "failed"],
  ["metric-error", "failed"],
  ["keeper", "unknown"],
  ["constructor", "unknown"],
  ["__proto__", "unknown"],
  ["", "unknown"],
] as const)("counts %j as %s", (status, verdict) => {
  expect(verdictOf(status)).toBe(verdict);
});
