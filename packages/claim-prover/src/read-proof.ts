import * as z from "zod";

import { ProverError } from "./errors.ts";
import type { Proof } from "./proof.ts";

/** A proof with 1,000 claims of 5 sessions of 40 pairs has about 12 MB. */
const MAX_PROOF_BYTES = 64 * 2 ** 20;

const line = z.string().max(4000);
const range = z.tuple([z.number(), z.number()]);
const session = z.object({
  kind: z.enum(["control", "gain", "ablation", "memory", "product"]),
  seed: z.number(),
  scale: z.number(),
  looks: z
    .array(z.object({ n: z.int().positive(), k: z.int().positive(), estimate: z.number(), interval: range }))
    .max(100),
  samples: z.array(z.tuple([z.number(), z.number()])).max(10_000),
  seeds: z.array(z.number()).max(10_000).optional(),
  scales: z.array(z.number()).max(10_000).optional(),
});
const claim = z.object({
  index: z.int().nonnegative(),
  commit: line.nullable(),
  function: line,
  file: line,
  claimed: z.number().nullable(),
  label: z.enum(["verified", "not_reproduced", "unverifiable"]),
  reason: z.enum([
    "proven",
    "proven_restated",
    "no_gain",
    "correctness",
    "output_differs",
    "ablation",
    "evidence",
    "not_scaling",
    "no_workload",
    "workload_failed",
    "build_failed",
    "unstable",
    "guarded",
    "out_of_time",
    "failed",
  ]),
  explanation: line,
  quoted: z.number().positive().nullable(),
  interval: range.nullable(),
  noiseFloor: z.number().nullable(),
  quotedMiB: z.number().positive().nullable(),
  intervalMiB: range.nullable(),
  guards: z
    .array(z.object({ code: line, message: line, where: line.nullable(), released: line.nullable() }))
    .max(1000),
  sessions: z.array(session).max(100),
  commands: z.record(line, line),
  seconds: z.number().nonnegative(),
});
const commit = z.string().regex(/^[0-9a-f]{40}$/);

/** proof.json as a schema; `proof.schema.json` beside the package is made from it. */
export const proofSchema: z.ZodType<Proof> = z.object({
  schema: z.literal(1),
  project: line,
  repo: line,
  base: commit,
  head: commit,
  machine: z.object({
    cpu: line,
    cores: z.int().positive(),
    memoryMiB: z.number().positive(),
    kernel: line,
    tools: z.record(line, line),
    isolation: z.array(line).max(100),
  }),
  prover: line,
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime(),
  method: line,
  reduced: z.boolean(),
  claims: z.array(claim).max(1000),
  product: z.object({ quoted: z.number().positive().nullable(), interval: range, session }).nullable(),
}) as unknown as z.ZodType<Proof>;

/**
 * Reads proof.json as data from a machine: size and shape are checked, and that labels and numbers agree: nothing is quoted of a claim that is not
 * verified, and never more than was measured. Throws `bad_proof` naming the field.
 */
export function readProof(text: string): Proof {
  if (Buffer.byteLength(text) > MAX_PROOF_BYTES) {
    throw new ProverError("bad_proof", `proof.json has more than ${MAX_PROOF_BYTES / 2 ** 20} MiB.`);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new ProverError("bad_proof", `proof.json is no JSON: ${(error as Error).message}`, {
      cause: error,
    });
  }
  const result = proofSchema.safeParse(value);
  if (!result.success) {
    const [issue] = result.error.issues;
    throw new ProverError(
      "bad_proof",
      `proof.json: ${issue?.path.join(".") || "the top"}: ${issue?.message}. Prove again.`,
    );
  }
  for (const { index, label, reason, quoted, quotedMiB, interval, intervalMiB } of result.data.claims) {
    const says = reason === "proven" || reason === "proven_restated";
    if (
      says !== (label === "verified") ||
      (label !== "verified" && (quoted !== null || quotedMiB !== null))
    ) {
      throw new ProverError(
        "bad_proof",
        `proof.json: claim ${index} is ${label} for ${reason}, which does not agree with what it quotes.`,
      );
    }
    if (
      (quoted !== null && quoted > (interval?.[1] ?? 0)) ||
      (quotedMiB !== null && quotedMiB > (intervalMiB?.[1] ?? 0))
    ) {
      throw new ProverError("bad_proof", `proof.json: claim ${index} quotes more than was measured.`);
    }
  }
  return result.data;
}
