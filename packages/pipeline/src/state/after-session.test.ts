import type { SessionEnd } from "@universe-optimize/agent-kit";
import { expect, it } from "vitest";
import { afterSession, type AfterSession, type EndedSession } from "./after-session.ts";

const NOW = new Date("2026-01-01T12:00:00Z");
const LIMITS = { maxResumes: 2, maxParkUsd: 1, timeLimitHours: 8 };

function ended(end: Partial<SessionEnd>, change: Partial<EndedSession> = {}): EndedSession {
  return {
    end: { kind: "finished", retry: "no", resumeAt: null, message: "m", ...end },
    lost: false,
    hasSummary: false,
    starts: 1,
    elapsedSeconds: 3600,
    now: NOW,
    usdPerHour: 0.2,
    ...change,
  };
}

const inHours = (hours: number): Date => new Date(NOW.getTime() + hours * 3_600_000);
const limit = (hours: number): Partial<SessionEnd> => ({
  kind: "usage_limit",
  retry: "resume_at",
  resumeAt: inHours(hours),
});

it.each<[string, EndedSession, Partial<AfterSession> | { stop: object }]>([
  ["it is done", ended({}), { kind: "over", stop: null }],
  [
    "the summary is there, whatever the session says",
    ended({ kind: "crashed", retry: "resume" }, { hasSummary: true }),
    { kind: "over", stop: null },
  ],
  [
    "the turn limit",
    ended({ kind: "turn_limit" }),
    { kind: "over", stop: { code: "turn_limit", reason: "m" } },
  ],
  ["it was killed", ended({ kind: "killed", retry: "resume" }), { kind: "resume", cause: "stopped" }],
  [
    "the model could not be reached",
    ended({ kind: "crashed", retry: "resume" }),
    { kind: "resume", cause: "connection_lost" },
  ],
  ["the machine was restarted", ended({}, { lost: true }), { kind: "resume", cause: "machine_restarted" }],
  [
    "it was resumed often enough",
    ended({ kind: "crashed", retry: "resume" }, { starts: 3 }),
    { kind: "over" },
  ],
  [
    "its time is over",
    ended({ kind: "crashed", retry: "resume" }, { elapsedSeconds: 8 * 3600 }),
    { kind: "over" },
  ],
  [
    "it got stuck",
    ended({ kind: "stuck", retry: "fresh_with_stronger_model" }),
    { kind: "over", stop: { code: "stuck", reason: "m" } },
  ],
  ["a usage limit that is lifted soon", ended(limit(2)), { kind: "park", until: inHours(2) }],
  ["a usage limit that costs too much machine", ended(limit(6)), { kind: "over" }],
  ["a usage limit on a machine that costs nothing", ended(limit(6), { usdPerHour: 0 }), { kind: "park" }],
  ["a usage limit beyond the run's time", ended(limit(7.5), { usdPerHour: 0 }), { kind: "over" }],
])("after %s", (_, given, expected) => {
  expect(afterSession(given, LIMITS)).toMatchObject(expected);
});
