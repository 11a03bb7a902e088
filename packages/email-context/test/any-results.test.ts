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
