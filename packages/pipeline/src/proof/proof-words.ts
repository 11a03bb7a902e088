import type { Proof, ProvenClaim } from "@universe-optimize/claim-prover";

/** How many claims have which label. */
export type LabelCounts = Readonly<Record<ProvenClaim["label"], number>>;

export function countLabels({ claims }: Pick<Proof, "claims">): LabelCounts {
  const count = (label: ProvenClaim["label"]): number =>
    claims.filter((claim) => claim.label === label).length;
  return {
    verified: count("verified"),
    not_reproduced: count("not_reproduced"),
    unverifiable: count("unverifiable"),
  };
}

/** "2 of 3 claims verified, 1 not reproduced" */
export function describeCounts({ verified, not_reproduced, unverifiable }: LabelCounts): string {
  const all = verified + not_reproduced + unverifiable;
  const parts = [`${verified} of ${all} claim${all === 1 ? "" : "s"} verified`];
  if (not_reproduced > 0) parts.push(`${not_reproduced} not reproduced`);
  if (unverifiable > 0) parts.push(`${unverifiable} unverifiable`);
  return parts.join(", ");
}
