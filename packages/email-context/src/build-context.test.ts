import { expect, test } from "vitest";
import { claim, memory, project, resultsOf, speedup, twelve } from "../test/claims.ts";
import { buildContext } from "./build-context.ts";
import { contextJson } from "./context-json.ts";
import type { Project } from "@universe-optimize/project-list";
import type { RunResults } from "@universe-optimize/results-parser";
import type { BuiltContext } from "./types.ts";

function build(results: RunResults, changes: Partial<Project> = {}): BuiltContext {
  return buildContext({
    project: { ...project, ...changes },
    results,
    fork: {
      forkUrl: "https://git.example.com/our-org/fast-parser",
      branchUrl: "https://git.example.com/our-org/fast-parser/tree/codeflash/optimize",
    },
    calendlyLink: "https://calendly.example.com/us",
    gate: { minVerified: 3, minSpeedup: 1.5 },
    proof: null,
  });
}

const headline = (facts: object = {}): object => ({
  headline: {
    bestSingleSpeedup: null,
    bestFunction: null,
    totalCpuImprovementPct: null,
    totalMemorySavedMb: null,
    ...facts,
  },
});

test("context.json has the specification's fields in its order, then the proof's", () => {
  const built = build(
    resultsOf(twelve, {
      prReadyCommits: 12,
      ...headline({ totalCpuImprovementPct: 34, totalMemorySavedMb: 120, bestSingleSpeedup: speedup(50) }),
    }),
  );
  expect(contextJson(built)).toMatchInlineSnapshot(`
    "{
      "first_name": "Ada",
      "full_name": "Dr. Ada Example",
      "title": "CTO",
      "company_name": "Example Ltd",
      "repo": "example/fast-parser",
      "repo_name": "fast-parser",
      "fork_url": "https://git.example.com/our-org/fast-parser",
      "branch_url": "https://git.example.com/our-org/fast-parser/tree/codeflash/optimize",
      "num_optimizations": 12,
      "best_function": "parseClassFile",
      "best_speedup": "5x faster",
      "best_description": "made \`parseClassFile(self, path)\` quicker",
      "second_best_function": "resolveMethod",
      "second_best_technique": "eliminated redundant deepcopy in method resolution",
      "total_cpu_improvement_pct": 34,
      "total_memory_saved_mb": 120,
      "optimizations_summary": "12 merge-ready commits including 5x faster parseClassFile, 3.2x faster resolveMethod, and 12 MiB less memory in loadTable.",
      "calendly_link": "https://calendly.example.com/us",
      "verified_count": 0,
      "proof_url": "",
      "proof_method": "",
      "proof_reduced": false
    }
    "
  `);
  expect([built.basis, built.gate]).toEqual(["unproven", { pass: true, reasons: [] }]);
  const shuffled = {
    context: Object.fromEntries(
      Object.entries(built.context).toReversed(),
    ) as unknown as BuiltContext["context"],
  };
  expect(contextJson(shuffled)).toBe(contextJson(built));
});

test.each([
  [
    "the headline's number",
    [claim("a")],
    { bestSingleSpeedup: speedup(4.56), bestFunction: "b()" },
    "b",
    "4.5x faster",
  ],
  [
    "the headline's words",
    [claim("a")],
    { bestSingleSpeedup: speedup(null, "several times faster!\n"), bestFunction: "b" },
    "b",
    "several times faster",
  ],
  ["no word of nothing", [claim("a")], { bestSingleSpeedup: speedup(null, "n/a") }, "a", "faster"],
  ["a memory saving", [claim("a", { memoryReduction: memory(50.9) })], {}, "a", "with 50 MiB less memory"],
  ["nothing at all", [claim("", { file: "" })], {}, "the slowest part", "faster"],
  ["a small gain", [claim("a", { cpuSpeedup: speedup(1.09) })], {}, "a", "9% faster"],
  [
    "the greatest, not the first or the headline",
    [claim("a", { cpuSpeedup: speedup(2) }), claim("b", { cpuSpeedup: speedup(2.09) })],
    { bestSingleSpeedup: speedup(9), bestFunction: "c" },
    "b",
    "2x faster",
  ],
])("the best is told by %s", (_, claims, facts, bestFunction, bestSpeedup) => {
  expect(build(resultsOf(claims, headline(facts))).context).toMatchObject({
    best_function: bestFunction,
    best_speedup: bestSpeedup,
  });
});

test("missing contact, company and second optimization", () => {
  const { context } = build(resultsOf([claim("a")]), { target_contact: null, company: null });
  expect(context).toMatchObject({
    first_name: "there",
    full_name: "",
    title: "",
    company_name: "example",
    second_best_function: "",
    second_best_technique: "",
  });
});

test("partial results and no results make a context too", () => {
  expect(build(resultsOf(twelve.slice(0, 2), null)).context).toMatchObject({
    num_optimizations: 2,
    total_cpu_improvement_pct: 0,
    best_speedup: "5x faster",
  });
  const none = build(resultsOf([], null));
  expect(none.context).toMatchObject({
    num_optimizations: 0,
    optimizations_summary: "No optimization was kept.",
  });
  expect(none.gate.pass).toBe(false);
});
