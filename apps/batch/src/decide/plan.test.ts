import { parseConfig } from "@universe-optimize/pipeline/config";
import { describe, expect, it } from "vitest";
import { project, projectsOf, runPicture } from "../../test/support/pictures.ts";
import { plan, type PlanInput } from "./plan.ts";

const HOUR_MS = 3_600_000;
const NOW = 100 * HOUR_MS;

function input(batch: object, more: Partial<PlanInput> = {}): PlanInput {
  const { batch: policy } = parseConfig(JSON.stringify({ campaign: "a", batch }), "test");
  return {
    projects: [],
    policy,
    machines: 100,
    proofs: false,
    ceiling: { agentUsd: 20, machineUsd: 2 },
    now: NOW,
    pause: null,
    resumption: { at: 0, acceptedWaves: 0, retryFrom: null },
    fingerprint: "kit",
    canary: { fingerprint: "kit", state: "passed", projectId: null, runNumber: 0 },
    aliveIn: {},
    ...more,
  };
}

const ids = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, index) => `p${from + index}`);

describe("waves", () => {
  const fresh = projectsOf(30);
  const after = (n: number, ...ends: Parameters<typeof project>[1][]): PlanInput["projects"] =>
    fresh.map((one, index) => (index < n ? project(one.id, ...ends) : one));

  it.each([
    ["nothing began", fresh, ["p1"], 0],
    ["the first runs", after(1, null), [], 0],
    ["the first is done", after(1, "completed"), ids(2, 11), 1],
    ["the second wave runs", after(5, "completed"), ids(6, 11), 1],
    ["two waves are done", after(11, "completed"), ids(12, 30), 2],
  ])("%s", (_, projects, start, wave) => {
    expect(plan(input({}, { projects }))).toMatchObject({ start, wave, state: "working", waves: 3 });
  });

  it("is drained at the end, whatever the last wave came to", () => {
    expect(plan(input({ rerun: { failed: 0 } }, { projects: projectsOf(1, "failed") })).state).toBe(
      "drained",
    );
    expect(plan(input({}, { projects: [] })).state).toBe("drained");
  });

  it("pauses after a wave with too many failures, and goes on at a person's word", () => {
    const projects = after(1, "failed");
    const of = input({ rerun: { failed: 0 } }, { projects });
    const made = plan(of);
    expect(made).toMatchObject({ state: "paused", start: [], newPause: { kind: "wave", wave: 0 } });
    expect(made.words).toContain("wave 1 of 3: 1 of 1 projects failed (100 %; at most 50 % may)");
    expect(plan({ ...of, pause: made.newPause })).toMatchObject({ state: "paused", newPause: null });
    expect(plan({ ...of, resumption: { at: NOW, acceptedWaves: 1, retryFrom: null } })).toMatchObject({
      state: "working",
      start: ids(2, 11),
    });
  });

  it("does not wait for a run that waits for a person, unless it has a machine", () => {
    const waiting = (holdsSlot: boolean): PlanInput["projects"] => [
      { id: "p1", runs: [runPicture("p1", 1, null, { blocked: true, holdsSlot })] },
      ...fresh.slice(1),
    ];
    expect(plan(input({}, { projects: waiting(false) })).start).toEqual(ids(2, 11));
    expect(plan(input({}, { projects: waiting(true) })).start).toEqual([]);
    const last = plan(input({}, { projects: waiting(false).slice(0, 1) }));
    expect(last).toMatchObject({ state: "drained", active: 1 });
    expect(last.words).toBe("all 1 projects are done, but for 1 that need a person");
  });

  it("asks for verified claims where there are proofs", () => {
    const verified = project("p1");
    const projects = [
      { ...verified, runs: [runPicture("p1", 1, "completed", { verified: 1 })] },
      ...fresh.slice(1),
    ];
    expect(plan(input({}, { projects, proofs: true })).state).toBe("working");
    const made = plan(input({}, { projects: after(1, "completed"), proofs: true }));
    expect(made.newPause?.reason).toContain("0 of 1 completed projects have a verified claim");
  });
});

describe("concurrency", () => {
  it.each([
    ["all machines", { machines: 3 }, {}, 3],
    ["runs under way count", { machines: 3, projects: [project("p0", null), ...projectsOf(9)] }, {}, 2],
    ["starts at once", {}, { concurrency: { starts: 4 } }, 4],
    ["a region", { aliveIn: { eastus: 3 } }, { concurrency: { regions: { eastus: 5 } } }, 2],
    [
      "any full region",
      { aliveIn: { westus: 2 } },
      { concurrency: { regions: { eastus: 5, westus: 2 } } },
      0,
    ],
  ])("%s", (_, more, batch, started) => {
    const of = { projects: projectsOf(9), ...more };
    expect(plan(input({ waves: { sizes: [] }, ...batch }, of)).start).toHaveLength(started);
  });
});

describe("budgets", () => {
  const all = { waves: { sizes: [] } };
  it("starts as many as fit, runs under way at their most, and shows the sum", () => {
    const spent = { id: "p0", runs: [runPicture("p0", 1, "completed", { agentUsd: 12.5 })] };
    const projects = [spent, project("p9", null), ...projectsOf(5)];
    const made = plan(input({ ...all, budget: { campaign: { agentUsd: 80 } } }, { projects }));
    expect(made).toMatchObject({ state: "working", start: ["p1", "p2"] });
    const stopped = plan(input({ ...all, budget: { campaign: { agentUsd: 50 } } }, { projects }));
    expect(stopped).toMatchObject({ state: "budget", start: [] });
    expect(stopped.words).toBe(
      "agent budget of the campaign: $12.50 spent + $20.00 reserved for 1 runs under way + $20.00 for the next = $52.50, above $50.00",
    );
  });

  it("starts exactly at the limit, and not a cent above", () => {
    const projects = projectsOf(3);
    expect(plan(input({ ...all, budget: { campaign: { machineUsd: 6 } } }, { projects })).start).toHaveLength(
      3,
    );
    expect(
      plan(input({ ...all, budget: { campaign: { machineUsd: 5.99 } } }, { projects })).start,
    ).toHaveLength(2);
  });

  it("refuses a budget of an agent that may cost anything", () => {
    const of = input({ ...all, budget: { campaign: { agentUsd: 50 } } }, { projects: projectsOf(1) });
    const made = plan({ ...of, ceiling: { agentUsd: null, machineUsd: 0 } });
    expect(made.state).toBe("budget");
    expect(made.words).toContain("set agent.maxBudgetUsd");
  });

  it("runs a project again only within its own budget", () => {
    const failed = { id: "p1", runs: [runPicture("p1", 1, "failed", { agentUsd: 15 })] };
    const of = (agentUsd: number): PlanInput =>
      input({ ...all, budget: { project: { agentUsd } }, breaker: { failures: 9 } }, { projects: [failed] });
    expect(plan(of(35)).start).toEqual(["p1"]);
    expect(plan(of(34))).toMatchObject({ state: "drained", start: [] });
  });
});

describe("the breaker", () => {
  const batch = { waves: { sizes: [] }, breaker: { failures: 3, window: 5 }, rerun: { failed: 0 } };
  const failing = (n: number): PlanInput["projects"] => [
    ...projectsOf(n, "failed"),
    project("q1"),
    project("q2"),
  ];

  it("pauses after failures of one class, and says which", () => {
    expect(plan(input(batch, { projects: failing(2) })).start).toEqual(["q1", "q2"]);
    const made = plan(input(batch, { projects: failing(3) }));
    expect(made).toMatchObject({ state: "paused", start: [], newPause: { kind: "breaker" } });
    expect(made.words).toBe(
      "3 of the latest 3 runs failed alike (bootstrap:bootstrap_failed), the last one: bootstrap: it broke",
    );
  });

  it("counts other classes, skipped runs and what a person has seen apart", () => {
    const mixed = failing(3).map((one, index) =>
      index === 0
        ? { ...one, runs: [runPicture(one.id, 1, "failed", { failureClass: "collect:no_results" })] }
        : one,
    );
    expect(plan(input(batch, { projects: mixed })).start).toEqual(["q1", "q2"]);
    const resumption = { at: 2 * HOUR_MS, acceptedWaves: 0, retryFrom: null };
    expect(plan(input(batch, { projects: failing(3), resumption })).start).toEqual(["q1", "q2"]);
  });

  it("looks at the latest runs only", () => {
    const later = Array.from({ length: 5 }, (_, index) => ({
      id: `r${index}`,
      runs: [runPicture(`r${index}`, 1, "completed", { finishedAt: 2 * HOUR_MS })],
    }));
    expect(plan(input(batch, { projects: [...failing(3), ...later] })).start).toEqual(["q1", "q2"]);
  });
});

describe("the canary", () => {
  const batch = { waves: { sizes: [] }, rerun: { failed: 0 } };
  const changed = { canary: { fingerprint: "old", state: "passed" as const, projectId: null, runNumber: 0 } };
  const running = {
    canary: { fingerprint: "kit", state: "running" as const, projectId: "p1", runNumber: 1 },
  };

  it("lets one project try what changed", () => {
    expect(plan(input(batch, { projects: projectsOf(3), ...changed }))).toMatchObject({
      start: ["p1"],
      newCanary: { fingerprint: "kit", state: "running", projectId: "p1", runNumber: 1 },
    });
    expect(plan(input(batch, { projects: projectsOf(3), canary: null })).start).toEqual(["p1"]);
    expect(
      plan(input({ ...batch, canary: false }, { projects: projectsOf(3), ...changed })).start,
    ).toHaveLength(3);
  });

  it.each([
    ["while it runs nothing starts", null, [], null, "working"],
    ["once it is through all start", "completed" as const, ["p2", "p3"], "passed", "working"],
    [
      "one that was skipped says nothing: another one tries",
      "skipped" as const,
      ["p2"],
      "running",
      "working",
    ],
    ["one that failed stops everything", "failed" as const, [], undefined, "paused"],
  ])("%s", (_, end, start, canary, state) => {
    const projects = [project("p1", end), project("p2"), project("p3")];
    const made = plan(input({ ...batch, rerun: { failed: 0, skipped: 0 } }, { projects, ...running }));
    expect(made).toMatchObject({ start, state });
    if (canary !== undefined) expect(made.newCanary?.state ?? null).toBe(canary);
    else expect(made.newPause).toMatchObject({ kind: "canary" });
  });

  it("does not wait for one that was remembered and never begun", () => {
    expect(plan(input(batch, { projects: projectsOf(3), ...running })).start).toEqual(["p1"]);
  });
});

describe("reruns", () => {
  it("begin after their pause", () => {
    const projects = [project("p1", "lost")];
    const of = input({ rerun: { lost: 1, afterMinutes: 30 } }, { projects });
    expect(plan({ ...of, now: HOUR_MS + 60_000 })).toMatchObject({
      start: [],
      wakeAt: HOUR_MS + 30 * 60_000,
    });
    expect(plan({ ...of, now: HOUR_MS + 31 * 60_000 }).start).toEqual(["p1"]);
  });
});

it("starts nothing while a person has paused it", () => {
  const pause = { kind: "operator" as const, reason: "quota", at: "", wave: 0 };
  expect(plan(input({}, { projects: projectsOf(3), pause }))).toMatchObject({
    state: "paused",
    words: "quota",
    start: [],
  });
});
