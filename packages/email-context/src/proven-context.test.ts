import { expect, test } from "vitest";
import { claim, memory, project, resultsOf, speedup, twelve } from "../test/claims.ts";
import { proofOf, refused, verified } from "../test/proofs.ts";
import { buildContext, type ContextInput } from "./build-context.ts";
import type { ProofFacts } from "./proof-facts.ts";
import type { BuiltContext } from "./types.ts";

function build(proof: ProofFacts | null, facts: Partial<ContextInput> = {}): BuiltContext {
  return buildContext({
    project,
    results: resultsOf(twelve, {
      headline: {
        bestSingleSpeedup: speedup(50),
        bestFunction: "everything",
        totalCpuImprovementPct: 99,
        totalMemorySavedMb: 9999,
      },
    }),
    fork: { forkUrl: "https://git.example.com/f", branchUrl: "https://git.example.com/f/tree/b" },
    calendlyLink: "https://calendly.example.com/us",
    gate: { minVerified: 3, minSpeedup: 1.5 },
    proof,
    ...facts,
  });
}

const some = [
  verified(0, 1.66),
  verified(1, 4.1),
  refused(2, "unverifiable"),
  verified(3, 2.09),
  verified(4, null, { quotedMiB: 11.4 }),
  refused(5, "not_reproduced"),
];

test("every number is a measured one", () => {
  const product = { quoted: 1.5, interval: [1.4, 1.6] as const };
  const { context, basis, gate } = build(proofOf(some, { product }), {
    proofUrl: "https://example.com/proof.html",
  });
  expect(context).toMatchObject({
    num_optimizations: 4,
    best_function: "parseClassFile",
    best_speedup: "4.1x faster",
    best_description: "made `parseClassFile(self, path)` quicker",
    second_best_function: "resolveMethod",
    second_best_technique: "eliminated redundant deepcopy in method resolution",
    total_cpu_improvement_pct: 33,
    total_memory_saved_mb: 11,
    optimizations_summary:
      "The four optimizations include a 4.1x faster parseClassFile, a 2x faster resolveMethod, and 11 MiB less memory in loadTable.",
    verified_count: 4,
    proof_url: "https://example.com/proof.html",
    proof_method: "Each commit was timed against its parent in 40 interleaved pairs of fresh processes.",
    proof_reduced: false,
  });
  expect([basis, gate]).toEqual(["proven", { pass: true, reasons: [] }]);
});

test("without a measurement of the whole there is no total", () => {
  expect(build(proofOf(some)).context.total_cpu_improvement_pct).toBe(0);
  const wrong = { quoted: 3, interval: [0.9, 2] as const };
  expect(build(proofOf(some, { product: wrong })).context.total_cpu_improvement_pct).toBe(0);
});

test("a shortened proof says so", () => {
  const { context } = build(proofOf(some, { reduced: true }));
  expect(context.proof_reduced).toBe(true);
  expect(context.proof_method).toMatch(/processes, with fewer repetitions than usual\.$/);
});

test("the agent's numbers reach no field", () => {
  const boasts = [
    claim("parse, 50x faster", { description: "50x faster than before", technique: "cached it, saving 90%" }),
    claim("match", { description: "now takes 3 ms", technique: "ten times fewer copies" }),
  ].map((one) => ({ ...one, cpuSpeedup: speedup(50), memoryReduction: memory(900) }));
  const { context } = build(proofOf([verified(0, 2), verified(1, 1.5)]), { results: resultsOf(boasts) });
  expect(context).toMatchObject({
    best_function: "file",
    best_speedup: "2x faster",
    best_description: "cached it",
    second_best_technique: "",
    total_memory_saved_mb: 0,
  });
  expect(JSON.stringify(context)).not.toMatch(/50|90|\b3 ms|ten times/);
});

test("a proof of another commit than the branch's fails the gate", () => {
  expect(build(proofOf(some), { head: "a".repeat(40) }).gate.pass).toBe(true);
  expect(build(proofOf(some), { head: "b".repeat(40) }).gate).toEqual({
    pass: false,
    reasons: [
      "The branch is at bbbbbbbbbbb…, and the proof measured aaaaaaaaaaa…. Prove it again with 'uo prove project-001'.",
    ].map((reason) => reason.replace(/([ab])\1{10}…/g, (_, letter: string) => letter.repeat(12))),
  });
});

test("nothing verified: nothing is said, and the gate fails", () => {
  const { context, gate } = build(proofOf([refused(0, "not_reproduced")]));
  expect(context).toMatchObject({
    num_optimizations: 0,
    verified_count: 0,
    best_function: "",
    best_speedup: "",
    optimizations_summary: "No optimization was verified.",
  });
  expect(gate.pass).toBe(false);
});

test("without a proof the fields of the proof are empty", () => {
  const built = build(null, { proofUrl: "https://example.com/proof.html" });
  expect(built.basis).toBe("unproven");
  expect(built.context).toMatchObject({
    verified_count: 0,
    proof_url: "",
    proof_method: "",
    proof_reduced: false,
  });
});

test("only https addresses are taken for the report", () => {
  for (const proofUrl of ["javascript:alert(1)", "http://x.example", "https://x y", "", null]) {
    expect(build(proofOf(some), { proofUrl }).context.proof_url).toBe("");
  }
});
