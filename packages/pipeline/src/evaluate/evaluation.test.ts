import { describe, expect, it } from "vitest";
import { evaluate, type EvaluatedRun } from "./evaluation.ts";
import { evaluationHtml } from "./evaluation-html.ts";
import { evaluationMarkdown } from "./evaluation-markdown.ts";

const AT = new Date("2030-01-02T03:04:05.006Z");
const ORDER = ["fork", "watch", "prove"];

function run(change: Partial<EvaluatedRun>): EvaluatedRun {
  return {
    projectId: "a",
    repo: "acme/a",
    number: 1,
    isLatest: true,
    outcome: "completed",
    reason: null,
    steps: {},
    machineUsd: 0,
    agentUsd: 0,
    claims: [],
    drafts: [],
    ...change,
  };
}

const claim = (
  label: EvaluatedRun["claims"][number]["label"],
  quoted: number | null = null,
  code: string | null = null,
): EvaluatedRun["claims"][number] => ({ label, quoted, code });

const RUNS: readonly EvaluatedRun[] = [
  run({ isLatest: false, outcome: "failed", reason: "no results", machineUsd: 1, agentUsd: 4 }),
  run({
    number: 2,
    machineUsd: 2,
    agentUsd: 6,
    steps: { fork: { seconds: 3, attempts: 1 }, watch: { seconds: 7200, attempts: 40 } },
    claims: [
      claim("verified", 2.5),
      claim("verified", 1.3),
      claim("not_reproduced", null, "no_gain"),
      claim("unverifiable", null, "guarded"),
    ],
    drafts: [
      { template: "1.md", distance: 10, length: 100 },
      { template: "2.md", distance: 0, length: 100 },
    ],
  }),
  run({
    projectId: "b",
    machineUsd: 3,
    agentUsd: 0,
    outcome: null,
    steps: { fork: { seconds: 5, attempts: 2 } },
    claims: [claim("unproven")],
  }),
];

describe("evaluate", () => {
  const evaluation = evaluate("spring", AT, RUNS, ORDER);

  it("counts the claims of latest runs alone, and of the judged ones the verified share", () => {
    expect(evaluation.quality.claims).toEqual({
      verified: 2,
      not_reproduced: 1,
      unverifiable: 1,
      unproven: 1,
    });
    expect(evaluation.quality.verifiedShare).toBe(0.5);
    expect(evaluation.quality.gains).toEqual({ n: 2, min: 1.3, median: 1.9, max: 2.5 });
    expect(evaluation.quality.sizes.filter(({ count }) => count > 0)).toEqual([
      { from: 1.2, to: 1.5, count: 1 },
      { from: 2, to: 5, count: 1 },
    ]);
    expect(evaluation.quality.refusals).toEqual([
      { code: "guarded", count: 1 },
      { code: "no_gain", count: 1 },
    ]);
  });

  it("counts the money of every run, failed ones too", () => {
    expect(evaluation.cost).toEqual({
      machineUsd: 6,
      agentUsd: 10,
      perProject: { n: 2, min: 3, median: 8, max: 13 },
      perVerifiedUsd: 8,
    });
  });

  it("tells how runs ended, how long steps took, and what was edited", () => {
    expect(evaluation.reliability.outcomes).toEqual({
      completed: 1,
      failed: 1,
      stopped: 0,
      skipped: 0,
      going_on: 1,
    });
    expect(evaluation.reliability.reasons).toEqual([{ projectId: "a", run: 1, reason: "no results" }]);
    expect(evaluation.time).toEqual([
      { step: "fork", seconds: { n: 2, min: 3, median: 4, max: 5 }, attempts: 3 },
      { step: "watch", seconds: { n: 1, min: 7200, median: 7200, max: 7200 }, attempts: 40 },
    ]);
    expect(evaluation.emails).toEqual({
      drafts: 2,
      edited: 1,
      editedShare: { n: 1, min: 0.1, median: 0.1, max: 0.1 },
    });
  });

  it("says so where there is nothing", () => {
    const nothing = evaluate("empty", AT, [], ORDER);
    expect(nothing.quality.verifiedShare).toBeNull();
    expect(nothing.cost.perVerifiedUsd).toBeNull();
    expect(evaluationMarkdown(nothing)).toContain("No claims.");
    expect(evaluationHtml(nothing)).not.toContain("NaN");
  });
});

describe("the evaluation's pages", () => {
  const hostile = evaluate(
    "spring",
    AT,
    [run({ outcome: "failed", reason: '<img src=x onerror="alert(1)"> | [x](javascript:1)\n# h' })],
    ORDER,
  );

  it("hold the figures", () => {
    const evaluation = evaluate("spring", AT, RUNS, ORDER);
    for (const page of [evaluationMarkdown(evaluation), evaluationHtml(evaluation)]) {
      expect(page).toContain("2 of 4 measured claims verified (50%)");
      expect(page).toContain("1.90x (1.30x to 2.50x)");
      expect(page).toContain("$8.00");
      expect(page).toContain("2 h 0 min");
      expect(page).toContain("10%");
    }
  });

  it("show what machines said as data", () => {
    const html = evaluationHtml(hostile);
    expect(html).not.toContain("<img");
    expect(html).toContain("&lt;img src=x");
    const markdown = evaluationMarkdown(hostile);
    expect(markdown).not.toMatch(/^# h/m);
    expect(markdown).not.toContain("<img");
    expect(markdown).not.toContain("[x](");
  });
});
