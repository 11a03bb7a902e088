import { execFile } from "node:child_process";
import { copyFile, mkdir, mkdtemp, rm, symlink, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readResults } from "./read-results.ts";

const FIXTURES = fileURLToPath(new URL("../test/fixtures/", import.meta.url));
const SOURCES = {
  "summary.json": "summary.json",
  "results.tsv": "results.tsv",
  "HANDOFF.md": "HANDOFF.md",
  "claude_output.log": "transcript.jsonl",
};

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "results-parser-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function place(...files: readonly (keyof typeof SOURCES)[]): Promise<void> {
  for (const file of files) await copyFile(join(FIXTURES, SOURCES[file]), join(folder, file));
}

describe("readResults", () => {
  it("reads a whole folder", async () => {
    await place("summary.json", "results.tsv", "HANDOFF.md", "claude_output.log");
    await writeFile(join(folder, "context.json"), "not looked at");
    const results = await readResults(folder);
    expect(results).toMatchObject({
      completeness: "complete",
      counts: { experiments: 10, kept: 3, discarded: 3 },
      transcript: { costUsd: 4.25 },
    });
    expect(results.handoff).toContain("# Where things stand\n");
    expect(results.optimizations).toBe(results.summary?.optimizations);
    expect(results.issues.map((issue) => issue.message)).toEqual(
      expect.arrayContaining([
        "The summary says 9 experiments; results.tsv has 10. The rows count.",
        "The summary says 4 discarded; results.tsv has 3. The rows count.",
      ]),
    );
  });

  it("takes the kept rows where there is no summary", async () => {
    await place("results.tsv");
    const results = await readResults(folder);
    expect(results).toMatchObject({
      completeness: "partial",
      summary: null,
      handoff: null,
      transcript: null,
    });
    expect(results.optimizations).toMatchObject([
      {
        commit: "4be19c07d2",
        function: "Grid.neighbours",
        technique: "dict-lookup",
        cpuSpeedup: { value: 4.6 },
        benchmark: null,
      },
      { commit: "90c2f61ab", cpuSpeedup: { value: 1.4 } },
      { commit: "c7d5508", cpuSpeedup: { value: null } },
    ]);
  });

  it("takes the agent's tally where there are no rows", async () => {
    await place("summary.json");
    expect((await readResults(folder)).counts).toEqual({ experiments: 9, kept: 3, discarded: 4 });
  });

  it("falls back on the rows when the summary was cut off", async () => {
    await place("summary.json", "results.tsv");
    await truncate(join(folder, "summary.json"), 700);
    const results = await readResults(folder);
    expect(results).toMatchObject({ completeness: "partial", summary: null });
    expect(results.optimizations).toHaveLength(3);
    expect(results.issues[0]?.message).toContain("ends at byte 700");
  });

  it("falls back on the rows when the summary lists nothing, and says so", async () => {
    await place("results.tsv");
    await writeFile(join(folder, "summary.json"), '{"status":"plateaued","optimizations":[]}');
    const results = await readResults(folder);
    expect(results.completeness).toBe("complete");
    expect(results.optimizations).toHaveLength(3);
    expect(results.issues.some((issue) => issue.message.includes("3 kept rows"))).toBe(true);
  });

  it("reads a saving of memory from a kept row", async () => {
    await writeFile(
      join(folder, "results.tsv"),
      "status\ttarget\tbefore\tafter\nkeep\tload\t200 MiB\t150 MiB\n",
    );
    const [claim] = (await readResults(folder)).optimizations;
    expect(claim).toMatchObject({ function: "load", cpuSpeedup: null, memoryReduction: { value: 50 } });
  });

  it("finds nothing in an empty folder", async () => {
    expect(await readResults(folder)).toEqual({
      summary: null,
      experiments: null,
      handoff: null,
      transcript: null,
      issues: [],
      completeness: "none",
      optimizations: [],
      counts: { experiments: null, kept: null, discarded: null },
    });
  });

  it("follows no symbolic link and reads nothing but regular files", async () => {
    await symlink(join(FIXTURES, "summary.json"), join(folder, "summary.json"));
    await symlink("/nowhere/at/all", join(folder, "HANDOFF.md"));
    await mkdir(join(folder, "results.tsv"));
    await promisify(execFile)("mkfifo", [join(folder, "claude_output.log")]);
    const results = await readResults(folder);
    expect(results).toMatchObject({
      summary: null,
      experiments: null,
      handoff: null,
      transcript: null,
      completeness: "none",
    });
    expect(
      results.issues.map((issue) => [issue.file, /symbolic link|no regular file/.exec(issue.message)?.[0]]),
    ).toEqual([
      ["summary.json", "symbolic link"],
      ["results.tsv", "no regular file"],
      ["HANDOFF.md", "symbolic link"],
      ["claude_output.log", "no regular file"],
    ]);
  });

  it("caps what it reads", async () => {
    await writeFile(join(folder, "summary.json"), "{");
    await truncate(join(folder, "summary.json"), 20 * 2 ** 20);
    await writeFile(join(folder, "HANDOFF.md"), Buffer.alloc(2 ** 20, 0xff));
    await writeFile(
      join(folder, "results.tsv"),
      `status\tcommit\n${`keep\t${"x".repeat(100_000)}\n`.repeat(100)}`,
    );
    const results = await readResults(folder);
    expect(results.summary).toBeNull();
    expect(Buffer.byteLength(results.handoff ?? "")).toBeLessThanOrEqual(256 * 1024);
    expect(Buffer.byteLength(results.handoff ?? "")).toBeGreaterThan(255 * 1024);
    expect(results.experiments?.rows).toHaveLength(83);
    expect(results.issues.filter((issue) => /bytes/.test(issue.message)).map((issue) => issue.file)).toEqual([
      "summary.json",
      "results.tsv",
      "HANDOFF.md",
    ]);
  });

  it("cleans HANDOFF.md", async () => {
    await writeFile(join(folder, "HANDOFF.md"), "# A\r\n\u001b]0;x\u0007b\u202e\n");
    expect((await readResults(folder)).handoff).toBe("# A\nb\n");
  });

  it("says when there is no folder", async () => {
    const missing = { name: "ResultsError", code: "not_a_folder", retryable: false };
    await expect(readResults(join(folder, "missing"))).rejects.toMatchObject(missing);
    await writeFile(join(folder, "file"), "");
    await expect(readResults(join(folder, "file"))).rejects.toMatchObject(missing);
    await expect(readResults(join(folder, "file", "below"))).rejects.toMatchObject(missing);
    await expect(readResults("a\u0000b")).rejects.toMatchObject({ name: "ResultsError", code: "unreadable" });
  });

  it("stops when it is told to", async () => {
    const reason = new Error("stop");
    await expect(readResults(folder, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });
});
