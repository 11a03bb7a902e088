import { z } from "zod";
import type { Proof } from "./proof.ts";

const ratio = z.number().finite().min(0).max(1e9);
const interval = z.tuple([ratio, ratio]).readonly();
const text = z.string().max(4000);
const sha = z.string().regex(/^[0-9a-f]{40}$/);

const session = z.object({
  kind: z.enum(["control", "gain", "ablation", "memory", "product"]),
  seed: z.number(),
  scale: z.number(),
  looks: z
    .array(
      z.object({
        n: z.int().min(1),
        k: z.int().min(0),
        estimate: z.number().finite(),
        interval: z.tuple([z.number().finite(), z.number().finite()]).readonly(),
      }),
    )
    .max(100),
  samples: z.array(z.tuple([z.number().finite(), z.number().finite()]).readonly()).max(10_000),
  seeds: z.array(z.number()).max(10_000).optional(),
  scales: z.array(z.number()).max(10_000).optional(),
});

const claim = z
  .object({
    index: z.int().min(0),
    commit: z.string().max(64).nullable(),
    function: text,
    file: text,
    claimed: z.number().finite().nullable(),
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
    explanation: text,
    quoted: ratio.nullable(),
    interval: interval.nullable(),
    noiseFloor: z.number().finite().min(0).nullable(),
    quotedMiB: z.number().finite().min(0).nullable(),
    intervalMiB: z.tuple([z.number().finite(), z.number().finite()]).readonly().nullable(),
    guards: z
      .array(
        z.object({
          code: z.string().regex(/^[a-z0-9_]{1,60}$/),
          message: text,
          where: text.nullable(),
          released: text.nullable(),
        }),
      )
      .max(1000),
    sessions: z.array(session).max(100),
    commands: z.record(z.string().max(60), text),
    seconds: z.number().finite().min(0),
  })
  // A number that a mail may quote belongs to a verified claim, lies within what was measured, and is a gain.
  .refine((c) => c.label === "verified" || (c.quoted === null && c.quotedMiB === null), {
    message: "only a verified claim may be quoted",
  })
  .refine((c) => c.quoted === null || (c.interval !== null && c.quoted <= c.interval[1] && c.quoted >= 1), {
    message: "the quoted ratio lies outside what was measured",
  })
  .refine((c) => c.quotedMiB === null || (c.intervalMiB !== null && c.quotedMiB <= c.intervalMiB[1]), {
    message: "the quoted saving lies outside what was measured",
  });

/** The shape of proof.json; proof.schema.json beside the package is made from it. */
export const proofSchema: z.ZodType<Proof> = z.object({
  schema: z.literal(1),
  project: z.string().max(500),
  repo: z.string().max(500),
  base: sha,
  head: sha,
  machine: z.object({
    cpu: text,
    cores: z.int().min(1),
    memoryMiB: z.number().min(0),
    kernel: text,
    tools: z.record(z.string().max(60), text),
    isolation: z.array(text).max(50),
  }),
  prover: z.string().max(100),
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime(),
  method: text,
  reduced: z.boolean(),
  claims: z.array(claim).max(1000),
  product: z.object({ quoted: ratio.nullable(), interval, session }).nullable(),
}) as z.ZodType<Proof>;

/**
 * Checks a proof.json that comes from elsewhere: its shape, and that it quotes nothing that it did not measure.
 * Unknown fields are left out.
 *
 * @throws Error with the first field that is wrong
 */
export function parseProof(value: unknown): Proof {
  const parsed = proofSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new Error(`${issue?.path.join(".") || "proof.json"}: ${issue?.message ?? "is no proof"}`);
}
