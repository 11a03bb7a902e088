import type { Proof, ProvenClaim } from "@universe-optimize/claim-prover";
import { columns } from "../output/columns.ts";

/** One line a claim: what was claimed, what was measured, the verdict and why. */
export function proofText(proof: Proof): string {
  return columns(
    ["Claim", "Commit", "Claimed", "Measured [99% interval]", "Verdict", "Reason"].map((title) => ({
      title,
    })),
    proof.claims.map((claim) => [
      claim.function || "(no name)",
      claim.commit?.slice(0, 10) ?? "--",
      claim.claimed === null ? "--" : `${claim.claimed}x`,
      measured(claim),
      claim.label.replaceAll("_", " "),
      `${claim.reason}: ${claim.explanation}`,
    ]),
  );
}

function measured({ quoted, interval, quotedMiB, intervalMiB }: ProvenClaim): string {
  const parts = [
    ...(quoted === null ? [] : [`${quoted.toFixed(2)}x`]),
    ...(interval === null ? [] : [`[${interval[0].toFixed(2)}, ${interval[1].toFixed(2)}]`]),
    ...(quotedMiB === null ? [] : [`-${Math.floor(quotedMiB)} MiB`]),
    ...(quotedMiB === null && intervalMiB !== null
      ? [`[${intervalMiB[0].toFixed(1)}, ${intervalMiB[1].toFixed(1)}] MiB`]
      : []),
  ];
  return parts.length === 0 ? "--" : parts.join(" ");
}
