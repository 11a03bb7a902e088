import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parseExperiments } from "./experiments.ts";

const FIXTURE = readFileSync(new URL("../test/fixtures/results.tsv", import.meta.url), "utf8");

describe("parseExperiments", () => {
  it("reads what codeflash-agent writes", () => {
    const { experiments, issues } = parseExperiments(FIXTURE);
    expect(experiments?.counts).toEqual({
      kept: 3,
      discarded: 3,
      baseline: 1,
      measurement: 1,
      blocked: 1,
      failed: 2,
      unknown: 1,
    });
    expect(experiments?.rows).toHaveLength(12);
    expect(experiments?.rows[0]).toMatchObject({
      line: 2,
      name: "baseline-grid",
      verdict: "baseline",
      pattern: null,
      before: { raw: "6.41ms±0.12ms", value: 6.41, unit: "ms" },
      after: null,
      improvement: null,
      commit: null,
      timestamp: "2026-05-02T09:00:00",
    });
    const improvements = experiments?.rows.map((row) => row.improvement?.value ?? null);
    expect(improvements).toEqual([
      null,
      4.6,
      expect.closeTo(1 / 1.073, 9),
      1.4,
      1,
      null,
      null,
      null,
      1.378,
      null,
      expect.closeTo(1.726, 9),
      null,
    ]);
    expect(experiments?.rows[5]?.improvement).toMatchObject({
      raw: "(allocation-only)",
      reason: expect.any(String),
    });
    expect(experiments?.rows[3]?.cells["status"]).toBe("keep (reworked)");
    expect(issues).toEqual([
      { file: "results.tsv", line: 13, field: "status", message: expect.stringContaining("pondering") },
    ]);
  });

  it("maps other headers by name", () => {
    const { experiments } = parseExperiments(
      "commit\tval_bpb\tmemory_gb\tstatus\tdescription\nabcdef1\t0.9979\t44.0\tkeep\tbaseline model\n",
    );
    expect(experiments?.rows[0]).toMatchObject({
      commit: "abcdef1",
      target: "baseline model",
      verdict: "kept",
      improvement: null,
    });
    expect(experiments?.rows[0]?.cells["val_bpb"]).toBe("0.9979");

    const iteration = parseExperiments(
      "iteration\ttimestamp\tcommit\tmetric\tdelta\tguard\tguard-metric\tstatus\tdescription\n3\t2026-01-01T00:00:00\tabcdef1\t0.5\t+12%\tpass\t1\thook-blocked\tx\n",
    ).experiments;
    expect(iteration?.rows[0]).toMatchObject({ name: "3", verdict: "failed", improvement: { value: 1.12 } });
  });

  it("takes a bare number for a ratio only under speedup", () => {
    expect(parseExperiments("status\tspeedup\nkeep\t1.5").experiments?.rows[0]?.improvement?.value).toBe(1.5);
    expect(
      parseExperiments("status\tmetric\nkeep\t0.99").experiments?.rows[0]?.improvement?.value,
    ).toBeNull();
  });

  it("reads before and after where the column says nothing", () => {
    const read = (before: string, after: string, header = "before\tafter"): number | null | undefined =>
      parseExperiments(`status\t${header}\timprovement\nkeep\t${before}\t${after}\tgood`).experiments?.rows[0]
        ?.improvement?.value;
    expect(read("3ms", "2 ms")).toBe(1.5);
    expect(read("3", "2")).toBeNull();
    expect(read("3", "2", "before_ms\tafter (ms)")).toBe(1.5);
    expect(read("100 ops/s", "150 ops/s")).toBe(1.5);
    expect(read("3 MiB", "2 MiB")).toBeNull();
    expect(read("0ms", "2ms")).toBeNull();
  });

  it("names a column that contradicts before and after", () => {
    const { experiments, issues } = parseExperiments(
      "status\tbefore\tafter\timprovement\nkeep\t3ms\t2ms\t-4.8%",
    );
    expect(experiments?.rows[0]?.improvement?.value).toBeLessThan(1);
    expect(issues[0]).toMatchObject({
      line: 2,
      field: "improvement",
      message: expect.stringContaining("opposite"),
    });
  });

  it("takes CRLF, a byte order mark, blank lines, ragged rows and a repeated header", () => {
    const { experiments } = parseExperiments(
      "\ufeffExperiment\tStatus\tCommit\r\na\tkeep\tabcdef1\textra\r\n\r\nexperiment\tstatus\tcommit\r\nb\r\nstatus\tname\tcommit\r\nkept\tc\tabcdef2\r\n",
    );
    expect(experiments?.rows.map((row) => [row.line, row.name, row.verdict])).toEqual([
      [2, "a", "kept"],
      [5, "b", "unknown"],
      [7, "c", "kept"],
    ]);
    expect(experiments?.rows[0]?.cells).toEqual({
      Experiment: "a",
      Status: "keep",
      Commit: "abcdef1",
      "column 4": "extra",
    });
  });

  it("assumes the usual columns where there is no header", () => {
    const { experiments, issues } = parseExperiments(FIXTURE.slice(FIXTURE.indexOf("\n") + 1));
    expect(experiments?.counts.kept).toBe(3);
    expect(issues[0]).toMatchObject({ line: 1, message: expect.stringContaining("no header") });
  });

  it.each(["", "\n\n", "just words", "a,b,c\n1,2,3", "{}"])("finds no table in %j", (text) => {
    const { experiments, issues } = parseExperiments(text);
    expect(experiments).toBeNull();
    expect(issues).toHaveLength(1);
  });

  it("names a commit that is none", () => {
    const { experiments, issues } = parseExperiments(
      "status\tcommit\nkeep\tHEAD~1\nkeep\tABCDEF1\nkeep\tn/a",
    );
    expect(experiments?.rows.map((row) => row.commit)).toEqual([null, "abcdef1", null]);
    expect(issues).toHaveLength(1);
  });

  it("keeps to its limits", () => {
    const many = parseExperiments(`status\tcommit\n${"keep\t-\n".repeat(10_500)}`);
    expect(many.experiments?.rows).toHaveLength(10_000);
    expect(many.issues[0]?.message).toContain("10000 rows");
    const wide = parseExperiments(`status\tcommit\nkeep${"\tx".repeat(500)}`);
    expect(Object.keys(wide.experiments?.rows[0]?.cells ?? {})).toHaveLength(64);
    const long = parseExperiments(`status\tcommit\n${`keep\t${"é".repeat(50_000)}\n`.repeat(100)}`);
    expect(long.experiments?.rows).toHaveLength(83);
    expect(long.issues[0]?.message).toContain("8388608 bytes");
  });

  it("has no column that reaches a prototype", () => {
    const { experiments } = parseExperiments(
      "status\tcommit\t__proto__\tconstructor\nkeep\t-\tpolluted\tpolluted",
    );
    expect(Object.keys(experiments?.rows[0]?.cells ?? {})).toEqual([
      "status",
      "commit",
      "column 3",
      "column 4",
    ]);
  });
});
