import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import {
  proveClaims,
  REDUCED_SETTINGS,
  type ClaimLabel,
  type ProveSettings,
  type ReasonCode,
} from "@universe-optimize/claim-prover";

import { buildClaim } from "./build-claim.ts";
import type { LabelledClaim } from "./labelled-claim.ts";
import { measureReference } from "./measure-reference.ts";

/**
 * `quick` is for a look at all claims within half an hour: one session, shorter samples. `full` is the procedure. `reduced` is what a
 * demonstration uses.
 */
export const LABELLED_SETTINGS: Readonly<Record<"quick" | "full" | "reduced", Partial<ProveSettings>>> = {
  full: {},
  quick: {
    minutesPerClaim: 4,
    sampleSeconds: 0.15,
    looks: [12, 20],
    controlPairs: 12,
    checkPairs: 3,
    secondSession: false,
    product: false,
  },
  reduced: REDUCED_SETTINGS,
};

/** In a quick look, what must not be verified gets fewer and shorter pairs: that makes it easier to be verified, not harder. */
export function settingsFor(
  claim: LabelledClaim,
  name: keyof typeof LABELLED_SETTINGS,
): Partial<ProveSettings> {
  const settings = LABELLED_SETTINGS[name];
  return name === "quick" && !claim.expect.includes("verified")
    ? { ...settings, sampleSeconds: 0.08, looks: [10], controlPairs: 10 }
    : settings;
}

/** What became of a labelled claim. */
export interface LabelledResult {
  readonly name: string;
  readonly kind: LabelledClaim["kind"];
  readonly language: LabelledClaim["language"];
  readonly expect: readonly ClaimLabel[];
  readonly label: ClaimLabel;
  readonly reason: ReasonCode;
  readonly explanation: string;
  readonly guards: readonly string[];
  readonly claimed: number | null;
  readonly quoted: number | null;
  readonly quotedMiB: number | null;
  readonly interval: readonly [number, number] | null;
  /** The true ratio is at most this; null where nothing was quoted, so that nobody needed to know. */
  readonly atMost: number | null;
  readonly atMostMiB: number | null;
  readonly seconds: number;
}

/** Makes the claim's repository in a temporary folder, proves the claim, and takes the folder away. */
export async function runLabelledClaim(
  claim: LabelledClaim,
  settings: Partial<ProveSettings>,
  signal?: AbortSignal,
): Promise<LabelledResult> {
  const folder = await mkdtemp(join(tmpdir(), "labelled-"));
  try {
    const built = buildClaim(claim, folder, settings);
    const startedAt = performance.now();
    const proof = await proveClaims(built.request, { signal });
    const seconds = (performance.now() - startedAt) / 1000;
    const proven = proof.claims[built.place];
    if (proven === undefined) throw new Error(`The proof of ${claim.name} lacks its claim.`);
    const scale = proven.sessions.findLast(({ kind }) => kind === "gain")?.scale ?? 1;
    const atMost =
      proven.quoted === null ? null : (claim.truth ?? (await measureReference(built, scale, signal)));
    return {
      name: claim.name,
      kind: claim.kind,
      language: claim.language,
      expect: claim.expect,
      label: proven.label,
      reason: proven.reason,
      explanation: proven.explanation,
      guards: proven.guards.map(({ code }) => code),
      claimed: claim.claimed,
      quoted: proven.quoted,
      quotedMiB: proven.quotedMiB,
      interval: proven.interval,
      atMost,
      atMostMiB: proven.quotedMiB === null ? null : (claim.truthMiB ?? 0),
      seconds,
    };
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}
