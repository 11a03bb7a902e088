import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildContext, contextJson } from "@universe-optimize/email-context";
import { readResults } from "@universe-optimize/results-parser";
import { expect, test } from "vitest";
import { project } from "./claims.ts";
import { proofOf, verified } from "./proofs.ts";

const hostile: Readonly<Record<string, string>> = {
  "a tag": "<script>alert(1)</script>",
  "a header": "x\r\nBcc: spy@evil.example\r\n\r\n",
  Liquid: "{{ 'a' | upcase }}{% raw %}",
  "a placeholder": "{first_name}",
  "terminal escapes": "\u001b]0;own\u0007\u001b[2J\u009b31m",
  "text turned around": "\u202eevil\u2066",
  "ten megabytes": "A".repeat(10_000_000),
  "a number that is none": "NaN",
  "a number as words": "five hundred times faster",
  "an inflated number": "999x faster, saves 99%",
  "a link": "[click](https://evil.example)",
  "an address": "https://evil.example/x",
  "an encoded header": "=?utf-8?Q?=0D=0ABcc:_x?=",
  "a prototype": "__proto__",
};

const cases = Object.entries(hostile).flatMap(([name, text]) => [
  { name, where: "alone", text },
  { name, where: "within a name", text: `parse${text.slice(0, 60)}` },
]);

test.each(cases)("$name in every field of summary.json, $where: data without a number", async ({ text }) => {
  const folder = await mkdtemp(join(tmpdir(), "hostile-summary-"));
  try {
    const claims = [0, 1, 2].map((index) => ({
      commit: `abcdef${index}`,
      function: text,
      file: text,
      description: `reused the buffer. ${text}`,
      technique: text,
      cpu_speedup: text,
      memory_reduction: text,
    }));
    const headline = {
      best_single_speedup: text,
      best_function: text,
      total_cpu_improvement_pct: text,
      total_memory_saved_mb: text,
    };
    const summary = {
      repo: text,
      total_keeps: text,
      optimizations: claims,
      headline_stats: headline,
      status: "completed",
    };
    await writeFile(join(folder, "summary.json"), JSON.stringify(summary));
    const proven = [0, 1, 2].map((index) => verified(index, 2 + index, { commit: `abcdef${index}` }));
    const built = buildContext({
      project,
      results: await readResults(folder),
      fork: { forkUrl: "https://example.com/f", branchUrl: "https://example.com/f/tree/b" },
      calendlyLink: "https://calendly.example.com/us",
      gate: { minVerified: 3, minSpeedup: 1.5 },
      proof: proofOf(proven),
    });
    const json = contextJson(built);
    expect(json.length).toBeLessThan(5_000);
    expect(json).not.toMatch(
      /evil\.example|spy@|<\/|999|99%|hundred|\\u00|\\r|\\n|[\u202a-\u202e\u2066-\u2069]/,
    );
    // Every number that a mail could say is one that was measured, or there is none.
    expect([0, 3]).toContain(built.context.num_optimizations);
    expect(built.context.best_speedup).toBe(built.context.num_optimizations === 0 ? "" : "4x faster");
    expect([built.context.total_cpu_improvement_pct, built.context.total_memory_saved_mb]).toEqual([0, 0]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
