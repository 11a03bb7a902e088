import type { ClaimProofFacts, ProofFacts } from "@universe-optimize/email-context";

/** A verified claim that was measured at `quoted`, give or take 4 %. */
export function verified(
  index: number,
  quoted: number | null,
  facts: Partial<ClaimProofFacts> = {},
): ClaimProofFacts {
  return {
    index,
    commit: "0123abc",
    label: "verified",
    quoted,
    interval: quoted === null ? null : [quoted * 0.96, quoted * 1.04],
    quotedMiB: null,
    ...facts,
  };
}

export function refused(index: number, label: "not_reproduced" | "unverifiable"): ClaimProofFacts {
  return { index, commit: "0123abc", label, quoted: null, interval: [0.97, 1.03], quotedMiB: null };
}

export function proofOf(claims: readonly ClaimProofFacts[], facts: Partial<ProofFacts> = {}): ProofFacts {
  return {
    head: "a".repeat(40),
    method: "Each commit was timed against its parent in 40 interleaved pairs of fresh processes",
    reduced: false,
    claims,
    product: null,
    ...facts,
  };
}
