import type { ClaimLabel, ReasonCode } from "../proof.ts";

/** How a claim ends: its label follows from the code. */
export interface Ruling {
  readonly reason: ReasonCode;
  /** One sentence, plain text. */
  readonly explanation: string;
}

const labels: Readonly<Record<ReasonCode, ClaimLabel>> = {
  proven: "verified",
  proven_restated: "verified",
  no_gain: "not_reproduced",
  correctness: "not_reproduced",
  output_differs: "not_reproduced",
  ablation: "not_reproduced",
  evidence: "not_reproduced",
  not_scaling: "not_reproduced",
  no_workload: "unverifiable",
  workload_failed: "unverifiable",
  build_failed: "unverifiable",
  unstable: "unverifiable",
  guarded: "unverifiable",
  out_of_time: "unverifiable",
  failed: "unverifiable",
};

export function labelOf(reason: ReasonCode): ClaimLabel {
  return labels[reason];
}
