import { describe, expect, test } from "vitest";
import { type Candidate, readSearchPage } from "../search/candidate.ts";
import { DEFAULT_CRITERIA } from "../search/criteria.ts";
import { type Findings, judge } from "./judge.ts";
import { performanceDomain } from "./performance-domain.ts";
import { score } from "./score.ts";

const ASOF = new Date("2026-06-01T00:00:00Z");
const CANDIDATE: Candidate = {
  id: 1,
  repo: "acme/fast",
  owner: "acme",
  ownerType: "Organization",
  description: "Time series for everybody",
  homepage: "",
  topics: ["python", "dataframe"],
  stars: 5200,
  pushedAt: "2026-05-29T00:00:00Z",
  defaultBranch: "main",
  sizeKiB: 10,
  license: "MIT",
  unfit: null,
};
const WHOLE: Findings = {
  candidate: CANDIDATE,
  language: "python",
  tree: {
    ci: ["GitHub Actions (3 workflows)"],
    tests: { framework: "pytest", files: 100, example: "tests/test_a.py" },
    truncated: false,
  },
  owner: {
    name: "Acme",
    description: "",
    website: "https://example.com",
    domain: "example.com",
    verified: false,
  },
  employees: { employees: 120, source: "sumble", date: "2026-06-01" },
};

const of = (more: Partial<Findings>, candidate: Partial<Candidate> = {}): ReturnType<typeof judge> =>
  judge({ ...WHOLE, ...more, candidate: { ...CANDIDATE, ...candidate } }, DEFAULT_CRITERIA, ASOF);

describe("judge", () => {
  test("accepts what fits", () => {
    expect(of({})).toMatchObject({ kind: "accepted", domain: { domain: "data processing" } });
  });

  test.each([
    ["unfit", {}, { unfit: "fork" }],
    ["stars", {}, { stars: 999 }],
    ["not_recent", {}, { pushedAt: "2026-01-01T00:00:00Z" }],
    ["no_performance_domain", {}, { topics: ["theme"], description: "Colours" }],
    ["no_company", {}, { ownerType: "User" }],
    ["unreadable", { tree: null }, {}],
    ["no_ci", { tree: { ci: [], tests: null, truncated: false } }, {}],
    ["no_tests", { tree: { ci: ["Travis CI"], tests: null, truncated: false } }, {}],
    ["no_company", { owner: null }, {}],
    ["company_size", { employees: { employees: 19, source: "sumble", date: "2026-06-01" } }, {}],
    ["company_size", { employees: { employees: 501, source: "sumble", date: "2026-06-01" } }, {}],
  ] as const)("rejects: %s", (code, findings, candidate) => {
    expect(of(findings, candidate)).toMatchObject({
      kind: "rejected",
      code,
      reason: expect.stringMatching(/\.$/),
    });
  });

  test("asks one question after the other, and none that a refusal makes needless", () => {
    const { tree: _tree, owner: _owner, employees: _employees, ...bare } = WHOLE;
    const ask = (findings: Findings): unknown => judge(findings, DEFAULT_CRITERIA, ASOF);
    expect(ask(bare)).toEqual({ kind: "ask", what: "tree" });
    expect(ask({ ...bare, tree: WHOLE.tree ?? null })).toEqual({ kind: "ask", what: "owner" });
    expect(ask({ ...bare, tree: WHOLE.tree ?? null, owner: WHOLE.owner ?? null })).toEqual({
      kind: "ask",
      what: "employees",
    });
    expect(
      judge({ ...bare, candidate: { ...CANDIDATE, ownerType: "User" } }, DEFAULT_CRITERIA, ASOF),
    ).toMatchObject({ kind: "rejected" });
  });

  test("a size that nobody knows is no reason to leave a company out", () => {
    expect(of({ employees: null })).toMatchObject({ kind: "accepted" });
    expect(of({ employees: { employees: null, source: "sumble", date: "2026-06-01" } })).toMatchObject({
      kind: "accepted",
    });
  });
});

describe("score", () => {
  test("explains every part with its numbers", () => {
    const domain = performanceDomain(CANDIDATE.topics, CANDIDATE.description);
    const { score: points, parts } = score(WHOLE, domain, DEFAULT_CRITERIA, ASOF);
    expect(parts.map(({ reason }) => reason)).toEqual([
      "5,200 stars.",
      "Last push 3 days before the search.",
      "CI: GitHub Actions (3 workflows).",
      "Tests: pytest, 100 files, for example tests/test_a.py.",
      "Company: Acme, https://example.com.",
      "120 employees (sumble, 2026-06-01), within 20 to 500.",
      "Speed matters in data processing: dataframe (topic), time-series (description).",
    ]);
    expect(parts.reduce((sum, { most }) => sum + most, 0)).toBe(100);
    for (const { points: got, most } of parts) expect(got).toBeLessThanOrEqual(most);
    expect(points).toBe(Math.round(parts.reduce((sum, part) => sum + part.points, 0)));
  });

  test("gives nothing for what is not known", () => {
    const { parts } = score({ ...WHOLE, employees: null }, null, DEFAULT_CRITERIA, ASOF);
    expect(parts[5]).toEqual({
      points: 0,
      most: 10,
      reason: "The company's number of employees is unknown.",
    });
    expect(parts[6]?.points).toBe(0);
  });
});

describe("performanceDomain", () => {
  test.each([
    [["SQL"], "", "database"],
    [[], "A fast JSON parser", "parsing and serialization"],
    [["awesome-list"], "A pipeline for GPU inference", "machine learning infrastructure"],
    [[], "Blazing fast", "performance"],
  ])("%j, %j: %s", (topics, description, domain) => {
    expect(performanceDomain(topics, description)?.domain).toBe(domain);
  });

  test("needs whole words", () => {
    expect(performanceDomain(["fastfood"], "Breakfast for parserless queueing")).toBeNull();
  });
});

describe("readSearchPage", () => {
  const item = {
    id: 1,
    full_name: "acme/fast",
    owner: { login: "acme", type: "Organization" },
    stargazers_count: 5,
    pushed_at: "2026-05-29T00:00:00Z",
    default_branch: "main",
    description: "x\u001b[2J\r\ny".repeat(1000),
  };

  test("cleans texts, leaves odd items out, and notes what makes a repository unfit", () => {
    const items = [
      item,
      { ...item, id: 2, archived: true },
      { ...item, full_name: "../../x" },
      { ...item, pushed_at: "soon" },
      7,
    ];
    const { candidates } = readSearchPage({ total_count: 5, incomplete_results: false, items });
    expect(candidates.map(({ id, unfit }) => [id, unfit])).toEqual([
      [1, null],
      [2, "archived"],
    ]);
    expect(candidates[0]?.description).toMatch(/^x yx y/);
    expect(candidates[0]?.description.length).toBeLessThanOrEqual(500);
  });

  test("refuses what is no page", () => {
    expect(() => readSearchPage({ message: "no" })).toThrow("total_count");
  });
});
