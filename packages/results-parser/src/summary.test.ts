import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { MAX_SUMMARY_BYTES, parseSummary } from "./summary.ts";

const FIXTURE = readFileSync(new URL("../test/fixtures/summary.json", import.meta.url), "utf8");

/** The fixture with some of its fields replaced. */
function changed(fields: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({ ...(JSON.parse(FIXTURE) as object), ...fields });
}

function withOptimization(fields: Readonly<Record<string, unknown>>): ReturnType<typeof parseSummary> {
  const good = { commit: "abcdef1", function: "good", file: "good.py" };
  return parseSummary(JSON.stringify({ optimizations: [{ ...good, ...fields }, good] }));
}

describe("parseSummary", () => {
  it("reads the specification's fields", () => {
    const { summary, issues } = parseSummary(FIXTURE);
    expect(summary).toMatchObject({
      repo: "example/fastgrid",
      language: "python",
      branch: "codeflash/optimize",
      totalExperiments: 9,
      totalKeeps: 3,
      totalDiscards: 4,
      headline: { bestFunction: "Grid.neighbours", totalCpuImprovementPct: 41, totalMemorySavedMb: 12.6 },
      prReadyCommits: 3,
      benchmarkCommand: "python3 -m pytest benchmarks -q",
      status: "completed",
      error: null,
    });
    expect(summary?.headline.bestSingleSpeedup?.value).toBe(4.6);
    expect(summary?.optimizations.map((entry) => entry.cpuSpeedup?.value)).toEqual([
      4.6,
      1.4,
      expect.closeTo(1.4286, 3),
    ]);
    expect(summary?.optimizations[0]).toMatchObject({
      commit: "4be19c07d2",
      memoryReduction: { raw: "-12 MiB", value: 12 },
      benchmark: { file: "benchmarks/neighbours.py", command: "python3 {file}" },
      index: 0,
    });
    expect(summary?.optimizations[2]?.memoryReduction).toMatchObject({ raw: "40%", value: null });
    expect(issues).toEqual([
      {
        file: "summary.json",
        line: null,
        field: "optimizations[2].memory_reduction",
        message: expect.stringContaining("40%"),
      },
    ]);
  });

  it("reads numbers that were words", () => {
    const { summary, issues } = parseSummary(
      changed({
        total_experiments: "twenty",
        total_keeps: "1,204",
        total_discards: "14 experiments",
        headline_stats: {
          best_single_speedup: 5,
          total_cpu_improvement_pct: "34%",
          total_memory_saved_mb: "1.2 GB",
        },
        status: " Complete ",
      }),
    );
    expect(summary).toMatchObject({
      totalExperiments: 20,
      totalKeeps: 1204,
      totalDiscards: 14,
      status: "completed",
    });
    expect(summary?.headline).toMatchObject({
      totalCpuImprovementPct: 34,
      totalMemorySavedMb: 1200,
      bestFunction: null,
    });
    expect(issues).toHaveLength(1);
  });

  it("makes a missing field null without an issue", () => {
    const { summary, issues } = parseSummary('{"status":"failed","error":"no compiler"}');
    expect(summary).toMatchObject({
      repo: null,
      totalKeeps: null,
      optimizations: [],
      status: "failed",
      error: "no compiler",
    });
    expect(issues).toEqual([]);
  });

  it.each<readonly [string, unknown, string]>([
    ["repo", {}, "repo"],
    ["branch", "--upload-pack=x", "branch"],
    ["branch", "a b", "branch"],
    ["branch", "a..b", "branch"],
    ["total_keeps", [3], "totalKeeps"],
    ["total_keeps", -1, "totalKeeps"],
    ["total_keeps", 1.5, "totalKeeps"],
    ["total_keeps", "many", "totalKeeps"],
    ["total_keeps", 1e308, "totalKeeps"],
    ["pr_ready_commits", true, "prReadyCommits"],
    ["status", "splendid", "status"],
    ["benchmark_command", "a\nb", "benchmarkCommand"],
    ["benchmark_command", "x".repeat(2000), "benchmarkCommand"],
    ["error", { message: "no" }, "error"],
  ])("makes a wrong %s null, with an issue, and loses no neighbour", (field, value, key) => {
    const { summary, issues } = parseSummary(changed({ [field]: value }));
    const before = parseSummary(FIXTURE).summary;
    expect(summary).toEqual({ ...before, [key]: null });
    expect(issues.map((issue) => issue.field)).toContain(field);
  });

  it.each<readonly [string, unknown]>([
    ["headline_stats", []],
    ["headline_stats", "5x"],
    ["optimizations", "none"],
    ["optimizations", { 0: {} }],
  ])("survives %s of a wrong type", (field, value) => {
    const { summary, issues } = parseSummary(changed({ [field]: value }));
    expect(summary?.totalKeeps).toBe(3);
    expect(issues.some((issue) => issue.field === field)).toBe(true);
  });

  it.each([null, 5, "text", [], {}, { commit: "no" }])("loses only a broken entry: %j", (entry) => {
    const { summary, issues } = parseSummary(
      JSON.stringify({ optimizations: [entry, { function: "good" }] }),
    );
    expect(summary?.optimizations).toMatchObject([{ function: "good", index: 1 }]);
    expect(issues.at(-1)?.field).toBe("optimizations[0]");
  });

  it.each([
    "/etc/passwd",
    "../x.py",
    "a/../../x",
    "~/x",
    "C:\\x",
    "\\\\host\\x",
    "a\\..\\x",
    "a\u0000b",
    "a\nb",
    5,
  ])("refuses the path %j", (file) => {
    const { summary, issues } = withOptimization({ file, benchmark: { file, command: "node {file}" } });
    expect(summary?.optimizations.map((entry) => entry.file)).toEqual(["", "good.py"]);
    expect(summary?.optimizations[0]?.benchmark).toBeNull();
    expect(issues.map((issue) => issue.field)).toContain("optimizations[0].file");
  });

  it("tidies a relative path", () => {
    expect(withOptimization({ file: "./src//a.py" }).summary?.optimizations[0]?.file).toBe("src/a.py");
  });

  it.each([
    { file: "a.py", command: "python3 {file}" },
    { file: "benchmarks/", command: "python3 {file}" },
    { file: "benchmarks/../a.py", command: "python3 {file}" },
    { file: "benchmarks/a.py" },
    { file: "benchmarks/a.py", command: "a\r\nb" },
    { file: "benchmarks/a.py", command: `a\u001b[2Jb` },
    "benchmarks/a.py",
  ])("takes no half of a benchmark: %j", (benchmark) => {
    const { summary, issues } = withOptimization({ benchmark });
    expect(summary?.optimizations[0]?.benchmark).toBeNull();
    expect(issues.map((issue) => issue.field)).toContain("optimizations[0].benchmark");
  });

  it.each(["HEAD", "abc123", "a".repeat(41), "abcdefg", "abcdef1 (main)", 1234567])(
    "refuses the commit %j",
    (commit) => {
      const { summary, issues } = withOptimization({ commit });
      expect(summary?.optimizations[0]?.commit).toBeNull();
      expect(issues[0]?.field).toBe("optimizations[0].commit");
    },
  );

  it("cleans and cuts texts", () => {
    const { summary } = withOptimization({
      function: "f\r\nBcc: x",
      description: `\u001b[31m${"long ".repeat(1_000_000)}`,
      technique: ["dict", "no copy"],
    });
    const [first] = summary?.optimizations ?? [];
    expect(first?.function).toBe("f Bcc: x");
    expect(first?.description).toMatch(/^long .*…$/);
    expect(first?.description.length).toBeLessThanOrEqual(1000);
    expect(first?.technique).toBe("dict, no copy");
  });

  it("reads at most 1,000 optimizations", () => {
    const { summary, issues } = parseSummary(
      JSON.stringify({ optimizations: Array.from({ length: 1500 }, () => ({ function: "f" })) }),
    );
    expect(summary?.optimizations).toHaveLength(1000);
    expect(issues[0]?.message).toContain("1500");
  });

  it("describes a file that is wrong everywhere in 100 issues", () => {
    const { issues } = parseSummary(JSON.stringify({ optimizations: Array.from({ length: 1000 }, () => 5) }));
    expect(issues).toHaveLength(100);
    expect(issues.at(-1)?.message).toContain("901 more");
  });
});

describe("parseSummary on text that is not quite JSON", () => {
  const strict = parseSummary(FIXTURE).summary;

  it.each<readonly [string, string, RegExp | null]>([
    ["a byte order mark", `\ufeff${FIXTURE}`, null],
    ["a fence", `\`\`\`json\n${FIXTURE}\`\`\`\n`, /fence/],
    ["words before", `Here is [1] the summary: ${FIXTURE}`, /before/],
    ["words after", `${FIXTURE} Done!`, /from byte \d+/],
    ["a second object", `${FIXTURE}${FIXTURE}`, /after/],
    ["trailing commas", FIXTURE.replace('"error": ""', '"error": "",'), /trailing commas/],
    ["CRLF", FIXTURE.replaceAll("\n", "\r\n"), null],
  ])("forgives %s", (_name, text, message) => {
    const { summary, issues } = parseSummary(text);
    expect(summary).toEqual(strict);
    const added = issues.filter((issue) => issue.field === null);
    if (message === null) expect(added).toEqual([]);
    else expect(added[0]?.message).toMatch(message);
  });

  it("reads NaN and Infinity as nothing, but not inside of texts", () => {
    const { summary, issues } = parseSummary(
      '{"total_keeps": NaN, "total_discards": -Infinity, "error": "NaN, Infinity!"}',
    );
    expect(summary).toMatchObject({ totalKeeps: null, totalDiscards: null, error: "NaN, Infinity!" });
    expect(issues[0]?.message).toContain("NaN or Infinity");
  });

  it("forgives a line break inside of a text", () => {
    expect(parseSummary('{"error": "one\ntwo"}').summary?.error).toBe("one two");
  });

  it("names duplicate keys and takes the last", () => {
    const { summary, issues } = parseSummary('{"repo":"a/a","repo":"b/b"}');
    expect(summary?.repo).toBe("b/b");
    expect(issues[0]).toMatchObject({ field: "repo" });
  });

  it("says at which byte a file that was cut off ends", () => {
    for (let length = 1; length < FIXTURE.trimEnd().length; length += 7) {
      const { summary, issues } = parseSummary(FIXTURE.slice(0, length));
      expect(summary).toBeNull();
      expect(issues[0]?.message).toContain(`ends at byte ${length}`);
    }
    expect(parseSummary('{"repo":"ü').issues[0]?.message).toContain("byte 11");
  });

  it.each([
    ["", /empty/],
    [" \n", /empty/],
    ["prose", /no JSON object/],
    ["[1]", /a list/],
    ["{}", /none of the fields/],
    ['{"repo" "x"}', /not JSON/],
    ["{".repeat(1_000_000), /not JSON|deeper|cut off/],
    ["[".repeat(1_000_000), /deeper/],
    [`{"error":${"[".repeat(100)}${"]".repeat(100)}}`, /deeper/],
    [`{"error":"${"x".repeat(MAX_SUMMARY_BYTES)}"}`, /more than 8388608 bytes/],
    [`{"error":"${"ü".repeat(MAX_SUMMARY_BYTES / 2)}"}`, /more than 8388608 bytes/],
  ])("gives up on %.30j, and says why", (text, message) => {
    const { summary, issues } = parseSummary(text);
    expect(summary).toBeNull();
    expect(issues[0]?.message).toMatch(message);
  });

  it("is not taken in by names of the prototype", () => {
    const { summary } = parseSummary(
      '{"__proto__":{"repo":"evil/evil","polluted":1},"constructor":{"prototype":{"polluted":1}},"optimizations":[{"function":"f","__proto__":{"commit":"abcdef1"}}]}',
    );
    expect(summary?.repo).toBeNull();
    expect(summary?.optimizations[0]?.commit).toBeNull();
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });
});
