import type { ClaimLabel } from "@universe-optimize/claim-prover";

/** Files of a repository by path; null takes one away. */
export type Files = Readonly<Record<string, string | null>>;

/** A claim whose truth is known, with everything that is needed to make a repository of it. */
export interface LabelledClaim {
  readonly name: string;
  readonly kind:
    | "true gain"
    | "no gain"
    | "regression"
    | "size-dependent"
    | "wrong result"
    | "reward hack"
    | "evidence lie"
    | "memory";
  readonly language: "python" | "javascript";
  /** What the branch begins with. */
  readonly base: Files;
  /** Commits of the branch before the claimed one. */
  readonly earlier?: readonly Files[];
  /** The claimed commit. */
  readonly change: Files;
  /** Commits after it. */
  readonly later?: readonly Files[];
  readonly function: string;
  readonly file: string;
  readonly claimed: number | null;
  readonly claimedMiB?: number;
  readonly benchmark: string;
  readonly command?: string;
  /** How the claim lies about its commit. */
  readonly lie?:
    | "not on the branch"
    | "older than the branch"
    | "claimed twice"
    | "claimed twice, other name"
    | "done again"
    | "no such commit";
  /**
   * The true ratio of the work is at most this, by the number of times that it is done; null: only a reference measurement tells.
   * 1 for what is no gain.
   */
  readonly truth: number | null;
  /** A saving that is quoted may be at most this, MiB. */
  readonly truthMiB?: number;
  /** Labels that a sound prover may give. */
  readonly expect: readonly ClaimLabel[];
}

export const VERIFIED: readonly ClaimLabel[] = ["verified"];
/** A small gain may be lost in noise. */
export const PERHAPS: readonly ClaimLabel[] = ["verified", "not_reproduced", "unverifiable"];
export const REFUSED: readonly ClaimLabel[] = ["not_reproduced", "unverifiable"];
