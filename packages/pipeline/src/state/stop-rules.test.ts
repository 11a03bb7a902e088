import { describe, expect, it } from "vitest";
import { stopDecision, type WatchFacts } from "./stop-rules.ts";

const LIMITS = { timeLimitHours: 8, noResultHours: 5, overtimeMinutes: 15, afterResultMinutes: 15 };
const HOUR = 3600;

function facts(change: Partial<WatchFacts>): WatchFacts {
  return {
    elapsedSeconds: HOUR,
    hasSummary: false,
    summaryAgeSeconds: null,
    keptExperiments: 0,
    stopRequested: false,
    ...change,
  };
}

describe("stopDecision", () => {
  it.each<[string, Partial<WatchFacts>, string | null]>([
    ["begins", { elapsedSeconds: 0 }, null],
    ["nothing yet, just before 5 h", { elapsedSeconds: 5 * HOUR - 1 }, null],
    ["nothing at 5 h", { elapsedSeconds: 5 * HOUR }, "no_result"],
    ["one kept experiment at 5 h", { elapsedSeconds: 5 * HOUR, keptExperiments: 1 }, null],
    ["a summary at 5 h", { elapsedSeconds: 5 * HOUR, hasSummary: true, summaryAgeSeconds: 10 }, null],
    ["results, at the time limit", { elapsedSeconds: 8 * HOUR, keptExperiments: 3 }, null],
    ["results, in overtime", { elapsedSeconds: 8.2 * HOUR, keptExperiments: 3 }, null],
    ["results, after overtime", { elapsedSeconds: 8.25 * HOUR, keptExperiments: 3 }, "time_limit"],
    ["nothing, after overtime", { elapsedSeconds: 9 * HOUR }, "time_limit"],
    ["hangs after its summary", { hasSummary: true, summaryAgeSeconds: 900 }, "after_result"],
    ["tidies up after its summary", { hasSummary: true, summaryAgeSeconds: 899 }, null],
    ["asked", { stopRequested: true }, "requested"],
    ["asked, and over time", { stopRequested: true, elapsedSeconds: 20 * HOUR }, "requested"],
  ])("%s", (_, change, code) => {
    expect(stopDecision(facts(change), LIMITS)?.code ?? null).toBe(code);
  });
});
