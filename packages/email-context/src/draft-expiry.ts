/** What decides whether a draft may still go out. */
export interface DraftExpiryFacts {
  readonly renderedAt: Date;
  /** The upstream's default branch is not where it was when the claims were proven; null: nobody looked. */
  readonly upstreamMoved: boolean | null;
  /** The branch can be applied to the upstream as it is now; null: nobody tried. */
  readonly appliesCleanly: boolean | null;
  /** Days from rendering; `outreach.draftMaxAgeDays`. */
  readonly maxAgeDays: number;
  readonly now: Date;
}

/**
 * - `fresh`: the branch applies, as far as anybody looked, and the draft is young
 * - `no_longer_applies`: the upstream moved, and the branch does not apply to it any more
 * - `not_checked`: the upstream moved, and nobody tried
 * - `too_old`: rendered longer ago than `maxAgeDays`
 */
export type DraftExpiryCode = "fresh" | "no_longer_applies" | "not_checked" | "too_old";

export interface DraftExpiry {
  readonly expired: boolean;
  readonly code: DraftExpiryCode;
  /** A sentence with the numbers and the next act; "" when fresh. */
  readonly reason: string;
  /** When it expires by age. */
  readonly expiresAt: Date;
}

const dayMs = 24 * 60 * 60 * 1000;

/**
 * Whether a draft has expired. A branch that does not apply any more makes a mail untrue that calls it merge-ready, and so does a
 * branch that nobody tried after the upstream moved. A draft from the future (a clock that was wrong) is young.
 */
export function draftExpiry(facts: DraftExpiryFacts): DraftExpiry {
  const expiresAt = new Date(facts.renderedAt.getTime() + facts.maxAgeDays * dayMs);
  const expired = (code: DraftExpiryCode, reason: string): DraftExpiry => ({
    expired: true,
    code,
    reason,
    expiresAt,
  });
  if (facts.appliesCleanly === false)
    return expired(
      "no_longer_applies",
      "The upstream has moved and the branch no longer applies to it. Rebase the branch, or start the project again; then prove and render again.",
    );
  if (facts.upstreamMoved === true && facts.appliesCleanly === null)
    return expired(
      "not_checked",
      "The upstream has moved, and nobody has tried whether the branch still applies. Render the draft again, which tries it.",
    );
  // An invalid date compares as false; then the draft counts as too old.
  if (!(facts.now.getTime() < expiresAt.getTime())) {
    const days = Math.floor((facts.now.getTime() - facts.renderedAt.getTime()) / dayMs);
    const age = Number.isFinite(days) ? `${days} ${days === 1 ? "day" : "days"} old` : "of unknown age";
    return expired(
      "too_old",
      `The draft is ${age}, and ${facts.maxAgeDays} ${facts.maxAgeDays === 1 ? "day is" : "days are"} allowed (outreach.draftMaxAgeDays). Render it again.`,
    );
  }
  return { expired: false, code: "fresh", reason: "", expiresAt };
}
