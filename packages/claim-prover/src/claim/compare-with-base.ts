import { roundRatioDown } from "../stats/rounding.ts";
import { OutputDiffers } from "../workload/run-pairs.ts";
import { WorkloadFailure } from "../workload/run-sample.ts";
import type { ClaimSteps } from "./claim-steps.ts";
import { isTooWide } from "./judge-session.ts";
import { measureGain } from "./measure-gain.ts";
import type { Ruling } from "./ruling.ts";
import { describeLook } from "./sentences.ts";

/** The branch as a whole must be surely faster than its base. */
const LEAST = 1.02;

/**
 * The branch's base against its head, on the claim's own benchmark: a gain over a parent that an earlier commit of the same branch had made slow is none for
 * those who get the branch. Null: it is faster, or the parent is the base itself and was compared already.
 */
export async function compareWithBase(steps: ClaimSteps, parent: string): Promise<Ruling | null> {
  const { context, findings, claim, say } = steps;
  const { base, head } = context.clone;
  if (parent === base || (claim.claimedRatio === null && claim.claimedMiB !== null)) return null;
  say("product", "Building the branch's base and its head.");
  try {
    await using a = await steps.build({ commit: base, parent: base });
    await using b = await steps.build({ commit: head, parent: base });
    const run = await measureGain(
      context,
      steps.measure,
      { kind: "product", a, b, scale: findings.scale, floor: LEAST },
      steps.looks,
    );
    findings.sessions.push(run.session);
    say("product", `The branch's base against its head: ${describeLook(run.last)}.`);
    if (run.passed) {
      // Part of the gain may only make up for what an earlier commit cost.
      const ratio = roundRatioDown(run.last.estimate);
      if (findings.quotable !== null && ratio < findings.quotable) findings.quotable = Math.max(1, ratio);
      return null;
    }
    return isTooWide(run.last) && run.last.interval[1] >= LEAST
      ? {
          reason: "unstable",
          explanation: `What the whole branch gains cannot be told: ${describeLook(run.last)}.`,
        }
      : {
          reason: "no_gain",
          explanation: `The commit is faster than its parent, but the branch is not faster than where it began: ${describeLook(run.last)}.`,
        };
  } catch (error) {
    if (!(error instanceof WorkloadFailure || error instanceof OutputDiffers)) throw error;
    findings.guard(
      "base_not_comparable",
      `The benchmark cannot compare the branch's base with its head: ${error.message}`,
    );
    return null;
  }
}
