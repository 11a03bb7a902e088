import { describe, expect, it } from "vitest";
import { alarmsOf, type AlarmFacts } from "./alarms.ts";

const MINUTE = 60_000;
const NOW = 1000 * MINUTE;
const FINE: AlarmFacts = {
  now: NOW,
  since: NOW - 500 * MINUTE,
  lastSweepAt: NOW - 5 * MINUTE,
  sweepAlarmMs: 60 * MINUTE,
  progressAlarmMs: 60 * MINUTE,
  overdue: null,
  lastPlanAt: NOW,
};

describe("alarmsOf", () => {
  it.each([
    ["nothing", {}, []],
    ["an old sweep", { lastSweepAt: NOW - 61 * MINUTE }, ["sweep"]],
    ["no sweep, ever", { lastSweepAt: null }, ["sweep"]],
    ["no sweep yet, after ten minutes", { lastSweepAt: null, since: NOW - 10 * MINUTE }, []],
    ["a start after a long pause", { lastSweepAt: NOW - 900 * MINUTE, since: NOW - 1000 }, []],
    ["a run that waits", { overdue: { projectId: "p1", since: NOW - 61 * MINUTE } }, ["progress"]],
    ["a run that waits a little", { overdue: { projectId: "p1", since: NOW - 59 * MINUTE } }, []],
    ["a database that is away", { lastPlanAt: NOW - 61 * MINUTE }, ["planner"]],
  ])("%s", (_, more, kinds) => {
    expect(alarmsOf({ ...FINE, ...more }).map(({ kind }) => kind)).toEqual(kinds);
  });
});
