import type { OptimizationRow, ProjectRow } from "@universe-optimize/state-store";
import { expect, it } from "vitest";
import { costsText } from "./costs-view.ts";
import { estimateText } from "./estimate-view.ts";
import { resultsText } from "./results-view.ts";
import { type StatusLine, statusTable } from "./status-view.ts";

const line = (change: Partial<StatusLine>): StatusLine => ({
  id: "project-001",
  repo: "pallets/flask",
  status: "completed",
  optimizations: 12,
  best: "5x faster",
  email: "draft",
  proven: true,
  step: "finished",
  reason: null,
  machine: null,
  ...change,
});

it("prints the specification's status table for its data", () => {
  expect(
    statusTable([
      line({}),
      line({ id: "project-002", repo: "encode/httpx", optimizations: 8, best: "3x faster" }),
      line({
        id: "project-003",
        repo: "tiangolo/fastapi",
        status: "failed",
        optimizations: 0,
        best: null,
        email: "none",
        proven: false,
      }),
    ]),
  ).toBe(`ID           Repo                    Status      Opts  Best         Email
project-001  pallets/flask           completed   12    5x faster    DRAFT READY
project-002  encode/httpx            completed   8     3x faster    DRAFT READY
project-003  tiangolo/fastapi        failed      0     --           --
`);
});

it("says what is not proven", () => {
  const text = statusTable([line({ proven: false })]);
  expect(text).toContain("DRAFT READY (unproven)");
  expect(text).toContain("unproven until they are measured again");
});

const row: ProjectRow = {
  id: "project-001",
  repo: "pallets/flask",
  language: "python",
  fork_url: "https://github.com/codeflash-ai/flask",
  company: "Pallets",
  contact_name: "First Last",
  contact_email: "first.last@example.com",
  contact_title: "Creator",
  status: "completed",
  vm_id: null,
  vm_ip: null,
  created_at: "2026-01-01T00:00:00.000Z",
  started_at: null,
  completed_at: null,
  optimization_branch: "codeflash/optimize",
  num_optimizations: 12,
  best_speedup: "5x faster",
  summary_json: null,
  email_draft_path: "results/project-001/emails",
};

const FOUND: readonly (readonly [string, number, string])[] = [
  ["parse_rule()", 5, "replaced regex with string split"],
  ["match_request()", 3.2, "eliminated redundant dict copy"],
  ["send_file()", 2.1, "switched to sendfile() syscall"],
  ["url_for()", 1.8, "cached reverse route lookup"],
  ...Array.from({ length: 8 }, (_, index) => [`other_${index}()`, 1.2, "less work"] as const),
];

const optimizations = (label: OptimizationRow["label"]): OptimizationRow[] =>
  FOUND.map(([function_name, speedup, technique], position) => ({
    run_id: "r",
    position,
    commit_sha: null,
    function_name,
    file: "a.py",
    description: technique,
    technique,
    speedup_text: `${speedup}x faster`,
    speedup,
    memory_text: null,
    memory_mib: null,
    label,
    reason: null,
    quoted: null,
    lower: null,
    upper: null,
    quoted_mib: null,
  }));

const facts = {
  row,
  branchUrl: "https://github.com/codeflash-ai/flask/tree/codeflash/optimize",
  verifiedBranch: null,
  branchNote: null,
  counts: { experiments: 18, kept: 12, discarded: 6 },
  totals: { cpuPct: 34, memoryMib: 120 },
  reason: null,
  report: null,
  costs: { usd: 0, machinesUsd: 0, otherUsd: 0, machinesAlive: 0 },
  emails: "results/project-001/emails",
};

it("prints the specification's results for its data", () => {
  expect(resultsText({ ...facts, optimizations: optimizations("verified") }, { all: false }))
    .toBe(`Project: pallets/flask
Status: completed
Branch: https://github.com/codeflash-ai/flask/tree/codeflash/optimize
Experiments: 18 total (12 kept, 6 discarded)

Top optimizations:
  1. parse_rule()        5.0x faster   replaced regex with string split
  2. match_request()     3.2x faster   eliminated redundant dict copy
  3. send_file()         2.1x faster   switched to sendfile() syscall
  4. url_for()           1.8x faster   cached reverse route lookup
  ...

Headline: 34% total CPU improvement, 120 MiB memory saved

Contact: First Last (Creator) -- first.last@example.com
Emails: results/project-001/emails/
`);
});

it("says what a project has cost, where it has cost anything", () => {
  const costs = { usd: 21.294, machinesUsd: 1.294, otherUsd: 20, machinesAlive: 1 };
  const text = resultsText({ ...facts, costs, optimizations: optimizations("verified") }, { all: false });
  expect(text).toContain("\nCost: $21.29: machines $1.29 (1 alive), agents $20.00\n");
  expect(costsText({ usd: 0.004, machinesUsd: 0.004, otherUsd: 0, machinesAlive: 0 })).toBe(
    "under $0.01: machines under $0.01, agents $0.00",
  );
});

it("lists every optimization with --all, and says what is unproven", () => {
  const text = resultsText({ ...facts, optimizations: optimizations("unproven") }, { all: true });
  expect(text).toContain("12. other_7()");
  expect(text).not.toContain("...");
  expect(text).toContain("unproven until they are measured again");
});

it("shows claims that do not count, with the reason, apart from those that do", () => {
  const [first, second] = optimizations("unproven");
  if (first === undefined || second === undefined) throw new Error("no data");
  const text = resultsText(
    {
      ...facts,
      optimizations: [first, { ...second, label: "unverifiable", reason: "its commit is not on the branch" }],
    },
    { all: true },
  );
  expect(text).toContain("1. parse_rule()");
  expect(text).toContain("Not counted:\n  match_request(): its commit is not on the branch");
  expect(text).not.toContain("2. match_request()");
});

it("sets claim, measurement, verdict and reason side by side once there is a proof", () => {
  const [first, second, third] = optimizations("verified");
  if (first === undefined || second === undefined || third === undefined) throw new Error("no data");
  const commit_sha = "0123456789abcdef0123456789abcdef01234567";
  const text = resultsText(
    {
      ...facts,
      report: "results/project-001/proof.html",
      optimizations: [
        { ...first, commit_sha, quoted: 3.49, lower: 3.41, upper: 3.62, reason: "proven_restated: less" },
        { ...second, label: "not_reproduced", lower: 0.98, upper: 1.02, reason: "no_gain: none" },
        { ...third, label: "unverifiable", reason: "no_workload: nothing to run" },
      ],
    },
    { all: true },
  );
  expect(text).toContain("1. parse_rule()        3.4x faster");
  expect(text).not.toContain("2. match_request()");
  expect(text).toMatch(
    /parse_rule\(\) +0123456789 +5\.0x +3\.49x \[3\.41, 3\.62\] +verified +proven_restated/,
  );
  expect(text).toMatch(/match_request\(\) +-- +3\.2x +\[0\.98, 1\.02\] +not reproduced +no_gain/);
  expect(text).toMatch(/send_file\(\) +-- +2\.1x +-- +unverifiable +no_workload/);
  expect(text).toContain("Proof: results/project-001/proof.html");
});

it("says what a start may cost, and how that is reckoned", () => {
  const estimate = {
    projects: 3,
    machineUsdPerHour: 0.25,
    priceSource: "shipped table",
    machineHours: 10,
    machineUsd: 7.5,
    agentUsd: 60,
  };
  expect(estimateText(estimate)).toBe(
    "At most $67.50: machines $7.50 (3 x 10.0 h at $0.250, shipped table), agents $60.00.",
  );
  expect(estimateText({ ...estimate, agentUsd: null })).toContain("without a limit (agent.maxBudgetUsd");
});
