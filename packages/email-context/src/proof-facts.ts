/** What a mail needs of one claim's proof. `quoted` and `interval` are ratios, old time / new time. */
export interface ClaimProofFacts {
  /** The claim's place in summary.json, from 0. */
  readonly index: number;
  readonly commit: string | null;
  readonly label: "verified" | "not_reproduced" | "unverifiable";
  /** Measured and rounded down; null: nothing may be said. */
  readonly quoted: number | null;
  readonly interval: readonly [lower: number, upper: number] | null;
  /** MiB saved, measured and rounded down; null: nothing may be said. */
  readonly quotedMiB: number | null;
}

/** The part of proof.json that a mail rests on; what claim-prover writes has this shape. */
export interface ProofFacts {
  /** The commit that was measured. */
  readonly head: string;
  /** How it was measured, in one sentence. */
  readonly method: string;
  /** Fewer or shorter measurements than the procedure asks for. */
  readonly reduced: boolean;
  readonly claims: readonly ClaimProofFacts[];
  /** Base against head; null: the whole was not measured. */
  readonly product: {
    readonly quoted: number | null;
    readonly interval: readonly [lower: number, upper: number];
  } | null;
}
