import { buildContext, contextJson } from "@universe-optimize/email-context";
import fc from "fast-check";
import { expect, test } from "vitest";
import { claim, memory, project, resultsOf, speedup } from "./claims.ts";

const text = fc.oneof(
  fc.string({ unit: "binary", maxLength: 300 }),
  fc.constantFrom(
    "\r\nBcc: x@example.com",
    "{{ first_name }}",
    "\u001b[31m",
    "<b>",
    "null",
    "()",
    "parse(((",
    "5x faster",
    "…",
    "\u202e",
  ),
);
const number = fc.oneof(fc.double(), fc.constant(null), fc.double({ min: 0.5, max: 20, noNaN: true }));
const anyClaim = fc
  .record({
    name: text,
    file: text,
    words: text,
    commit: fc.option(fc.constant("0123abc")),
    ratio: number,
    mib: number,
    raw: text,
  })
  .map(({ name, file, words, commit, ratio, mib, raw }) =>
    claim(name, {
      file,
      commit,
      description: words,
      technique: words,
      cpuSpeedup: ratio === null ? null : speedup(ratio, raw),
      memoryReduction: memory(mib, raw),
    }),
  );
const anySummary = fc.option(
  fc.record({
    status: fc.constantFrom("completed", "plateaued", "failed", null),
    error: fc.option(text),
    prReadyCommits: number,
    headline: fc.record({
      bestSingleSpeedup: fc.option(fc.tuple(number, text).map(([value, raw]) => speedup(value, raw))),
      bestFunction: fc.option(text),
      totalCpuImprovementPct: number,
      totalMemorySavedMb: number,
    }),
  }),
);

const unwanted = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]|^\s|\s$/u;

test("whatever the results: plain strings, finite numbers, a sentence that ends", () => {
  fc.assert(
    fc.property(
      fc.array(anyClaim, { maxLength: 8 }),
      anySummary,
      text,
      text,
      (claims, summary, name, company) => {
        const contact = { name, title: name, email: null, linkedin: null, source: "manual" };
        const built = buildContext({
          project: { ...project, company, target_contact: contact },
          results: resultsOf(claims, summary),
          fork: { forkUrl: name, branchUrl: company },
          calendlyLink: "https://calendly.example.com/us",
          gate: { minVerified: 3, minSpeedup: 1.5 },
          proof: null,
        });
        const { context, gate } = built;
        for (const value of [...Object.values(context), ...gate.reasons]) {
          if (typeof value === "boolean") continue;
          if (typeof value === "string") expect(value).not.toMatch(unwanted);
          else expect(Number.isFinite(value)).toBe(true);
        }
        expect(context.optimizations_summary).toMatch(/^(?:No|\d+) .*[^.\s]\.$/u);
        expect(context.optimizations_summary.length).toBeLessThanOrEqual(300);
        expect(context.best_speedup).toMatch(/^(?!null|NaN)\S/);
        expect([context.first_name, context.best_function, context.company_name]).not.toContain("");
        expect(context.num_optimizations).toBe(claims.length);
        expect(gate.pass).toBe(gate.reasons.length === 0);
        expect(JSON.parse(contextJson(built))).toEqual(context);
      },
    ),
    { numRuns: 300 },
  );
});

const unsaid = /\d(?:\.\d+)?\s*(?:x|×|%|times)|:\/\/|\]\(/iu;

test("whatever the results: with a proof no number of the agent's, and no link, is in a text", () => {
  const anyProof = fc.array(
    fc.record({
      index: fc.integer({ min: 0, max: 8 }),
      commit: fc.constantFrom("0123abc", null),
      label: fc.constantFrom("verified" as const, "not_reproduced" as const, "unverifiable" as const),
      quoted: fc.option(fc.double()),
      interval: fc.option(fc.tuple(fc.double(), fc.double())),
      quotedMiB: fc.option(fc.double()),
    }),
    { maxLength: 8 },
  );
  fc.assert(
    fc.property(fc.array(anyClaim, { maxLength: 8 }), anySummary, anyProof, (claims, summary, proven) => {
      const { context } = buildContext({
        project,
        results: resultsOf(claims, summary),
        fork: { forkUrl: "https://example.com/f", branchUrl: "https://example.com/f/tree/b" },
        calendlyLink: "https://calendly.example.com/us",
        gate: { minVerified: 3, minSpeedup: 1.5 },
        proof: { head: "a", method: "Measured", reduced: false, claims: proven, product: null },
      });
      for (const value of Object.values(context)) {
        if (typeof value === "string") expect(value).not.toMatch(unwanted);
        if (typeof value === "number") expect(Number.isFinite(value)).toBe(true);
      }
      expect(context.best_description).not.toMatch(unsaid);
      expect(context.second_best_technique).not.toMatch(unsaid);
      expect(context.best_function).not.toMatch(/:\/\/|\]\(|\d+\s*%/);
      expect(context.num_optimizations).toBeLessThanOrEqual(
        proven.filter((one) => one.label === "verified").length,
      );
      expect(context.verified_count).toBe(context.num_optimizations);
      expect(context.optimizations_summary.length).toBeLessThanOrEqual(300);
    }),
    { numRuns: 300 },
  );
});
