import { describe, expect, it } from "vitest";
import { project, projectsOf, runPicture } from "../../test/support/pictures.ts";
import { freeSlots } from "./capacity.ts";
import { endClass, failureClass } from "./end-class.ts";
import { forecast } from "./forecast.ts";
import { keepMachine } from "./keep.ts";
import { nextRun } from "./rerun.ts";
import { judgeWave, wavesOf } from "./waves.ts";

const HOUR_MS = 3_600_000;

describe("endClass", () => {
  it.each([
    ["completed", 2, null, null, "completed"],
    ["completed", 0, null, "time_limit", "empty"],
    ["skipped", 0, "the policy refuses", null, "skipped"],
    ["stopped", 0, "its machine was removed by hand", null, "stopped"],
    ["stopped", 0, "uo-1 does not exist any more", null, "lost"],
    ["failed", 0, "no results; stopped by hand", "requested", "stopped"],
    ["failed", 0, "no results", "no_result", "timedOut"],
    ["failed", 0, "no results", "stuck", "timedOut"],
    ["failed", 0, "no results", "after_result", "failed"],
    ["failed", 0, "fork: gone", null, "failed"],
    [null, 0, null, null, "failed"],
  ] as const)("%s with %d claims, %s, %s: %s", (outcome, claims, reason, stopCode, expected) => {
    expect(endClass({ outcome, claims, reason, stopCode })).toBe(expected);
  });
});

describe("failureClass", () => {
  it.each([
    [
      "failed",
      "bootstrap: bootstrap.sh ended with 7",
      null,
      { step: "bootstrap", code: "bootstrap_failed" },
      "bootstrap:bootstrap_failed",
    ],
    [
      "failed",
      "no results; its last words: x",
      null,
      { step: "fork", code: "rate_limited" },
      "collect:no_results",
    ],
    [
      "failed",
      "none of the 12 claims can be counted; see",
      null,
      null,
      "collect:none_of_the_n_claims_can_be_counted",
    ],
    ["failed", null, null, null, "collect:failed"],
    ["timedOut", "no results", "no_result", null, "watch:no_result"],
    ["lost", "gone", null, null, "machine:lost"],
    ["completed", null, null, null, null],
    ["skipped", "policy", null, null, null],
  ] as const)("%s, %s: %5$s", (end, reason, stopCode, lastError, expected) => {
    expect(failureClass({ end, reason, stopCode, lastError })).toBe(expected);
  });
});

describe("nextRun", () => {
  const policy = { failed: 1, timedOut: 0, empty: 0, skipped: 0, lost: 2, afterMinutes: 15 };
  it.each([
    ["no run", [], "first"],
    ["one that goes on", [null], "running"],
    ["completed", ["completed"], "final"],
    ["ended by a person", ["stopped"], "final"],
    ["failed once", ["failed"], "again"],
    ["failed twice", ["failed", "failed"], "final"],
    ["failed, then lost", ["failed", "lost"], "again"],
    ["lost three times", ["lost", "lost", "lost"], "final"],
    ["timed out", ["timedOut"], "final"],
    ["skipped", ["skipped"], "final"],
    ["empty", ["empty"], "final"],
  ] as const)("%s: %s", (_, ends, kind) => {
    expect(nextRun(project("p", ...ends), policy, null).kind).toBe(kind);
  });

  it("waits after the end of the run", () => {
    expect(nextRun(project("p", "failed"), policy, null)).toEqual({
      kind: "again",
      at: HOUR_MS + 15 * 60_000,
    });
  });

  it("gives a stuck run one more try with the stronger model", () => {
    const stuck = { id: "p", runs: [runPicture("p", 1, "timedOut", { wantsStronger: true })] };
    expect(nextRun(stuck, policy, null).kind).toBe("again");
  });

  it("begins counting anew where a person wants failures tried again", () => {
    const from = 10 * HOUR_MS;
    expect(nextRun(project("p", "failed", "failed"), policy, from)).toEqual({ kind: "again", at: from });
    expect(nextRun(project("p", "empty"), policy, from).kind).toBe("final");
    const since = { id: "p", runs: [runPicture("p", 1, "timedOut"), runPicture("p", 12, "timedOut")] };
    expect(nextRun(since, policy, from).kind).toBe("final");
  });
});

describe("wavesOf", () => {
  it.each([
    [5, [1, 10], [1, 4]],
    [30, [1, 10], [1, 10, 19]],
    [11, [1, 10], [1, 10]],
    [3, [], [3]],
    [0, [1], []],
  ])("%d projects in %j: %j", (count, sizes, expected) => {
    expect(wavesOf(Array.from({ length: count }), sizes).map((wave) => wave.length)).toEqual(expected);
  });
});

it("judges nothing by projects that say nothing", () => {
  const gate = { minVerifiedShare: 1, maxFailedShare: 0 };
  const skipped = [project("a", "skipped"), project("b", "stopped")];
  expect(judgeWave(skipped, gate, { proofs: true, isFinal: () => true })).toMatchObject({ state: "passed" });
});

describe("freeSlots", () => {
  const base = { machines: 20, holding: 0, starts: 20, starting: 0, regions: {}, aliveIn: {} };
  it.each([
    [{}, 20],
    [{ holding: 20 }, 0],
    [{ holding: 25 }, 0],
    [{ starting: 15 }, 5],
    // Two of the five have no machine yet: they may land anywhere.
    [{ holding: 5, aliveIn: { eastus: 3 }, regions: { eastus: 8, westus: 10 } }, 3],
    [{ holding: 5, aliveIn: { eastus: 5 }, regions: { eastus: 5 } }, 0],
  ])("%j: %d", (more, expected) => {
    expect(freeSlots({ ...base, ...more })).toBe(expected);
  });
});

describe("keepMachine", () => {
  const empty = { spent: { agentUsd: 0, machineUsd: 0 }, reserved: { agentUsd: 0, machineUsd: 0 }, open: 0 };
  const none = { agentUsd: null, machineUsd: null };
  const base = {
    policy: { hours: 4, machines: 1 },
    budget: { campaign: none, project: none },
    kept: 0,
    usdPerHour: 0.2,
    campaign: empty,
    project: empty,
  };
  it.each([
    ["kept", {}, 4 * HOUR_MS, null],
    ["not configured", { policy: { hours: 0, machines: 1 } }, 0, null],
    ["too many", { kept: 1 }, 0, "1 machines are kept already, and 1 may be"],
    [
      "too dear",
      { budget: { campaign: { agentUsd: null, machineUsd: 0.5 }, project: none } },
      0,
      "above $0.50",
    ],
    [
      "too dear for the project",
      { budget: { campaign: none, project: { agentUsd: 0, machineUsd: 0.7 } } },
      0,
      "the project",
    ],
  ])("%s", (_, more, ms, refusal) => {
    const made = keepMachine({ ...base, ...more });
    expect(made.ms).toBe(ms);
    if (refusal === null) expect(made.refusal).toBeNull();
    else expect(made.refusal).toContain(refusal);
  });
});

describe("forecast", () => {
  const base = {
    isFinal: ({ runs }: { runs: readonly unknown[] }) => runs.length > 0,
    ceiling: { agentUsd: 20, machineUsd: 2 },
    longestHours: 9,
    machines: 20,
    waveSizes: [1, 10],
    now: 0,
  };
  it("takes the longest and dearest before anything is known", () => {
    expect(forecast({ ...base, projects: projectsOf(51) })).toEqual({
      waiting: 51,
      running: 0,
      hoursPerRun: 9,
      basis: "longest",
      agentUsd: 1020,
      machineUsd: 102,
      atMost: { agentUsd: 1020, machineUsd: 102 },
      // 1, then 10, then 40 of 20 at a time: four rounds.
      endAt: 4 * 9 * HOUR_MS,
    });
  });

  it("takes the mean of three runs that are over", () => {
    const over = [1, 2, 3].map((agentUsd) => ({
      id: `o${agentUsd}`,
      runs: [runPicture("o", 1, "completed", { agentUsd })],
    }));
    const made = forecast({ ...base, waveSizes: [], projects: [...over, ...projectsOf(2)] });
    expect(made).toMatchObject({
      basis: "measured",
      hoursPerRun: 1,
      agentUsd: 4,
      waiting: 2,
      endAt: HOUR_MS,
    });
  });

  it("says where nobody can say", () => {
    const ceiling = { agentUsd: null, machineUsd: 2 };
    expect(forecast({ ...base, ceiling, projects: projectsOf(1) })).toMatchObject({ agentUsd: null });
  });
});
