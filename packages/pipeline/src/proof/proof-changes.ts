import type { Proof, ProvenClaim } from "@universe-optimize/claim-prover";
import { formatSpeedup } from "@universe-optimize/results-parser";
import type { StepContext, StepReport } from "../steps/step.ts";

/** What a proof changes in the project's row and its optimizations. */
export async function proofChanges(
  { services, run }: Pick<StepContext, "services" | "run">,
  proof: Proof,
): Promise<NonNullable<StepReport["changes"]>> {
  const rows = await services.store.optimizations(run.id);
  const proven = new Map(proof.claims.map((claim) => [claim.index, claim]));
  const verified = proof.claims.filter(({ label }) => label === "verified");
  const best = Math.max(0, ...verified.map(({ quoted }) => quoted ?? 0));
  return {
    project: {
      num_optimizations: verified.length,
      best_speedup: best > 1 ? `${formatSpeedup(best)} faster` : null,
    },
    optimizations: rows.map((row) => {
      const claim = proven.get(row.position);
      return claim === undefined ? row : { ...row, ...provenColumns(claim) };
    }),
    events: [
      {
        kind: "proof.done",
        message: `${verified.length} of ${proof.claims.length} claims verified`,
        data: { head: proof.head, prover: proof.prover, reduced: proof.reduced },
      },
    ],
  };
}

function provenColumns(claim: ProvenClaim): {
  readonly label: ProvenClaim["label"];
  readonly reason: string;
  readonly quoted: number | null;
  readonly lower: number | null;
  readonly upper: number | null;
  readonly quoted_mib: number | null;
} {
  return {
    label: claim.label,
    reason: `${claim.reason}: ${claim.explanation}`,
    quoted: claim.quoted,
    lower: claim.interval?.[0] ?? null,
    upper: claim.interval?.[1] ?? null,
    quoted_mib: claim.quotedMiB,
  };
}
