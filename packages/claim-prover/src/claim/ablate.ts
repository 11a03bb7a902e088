import { RevertConflict } from "../build/make-side.ts";
import { ProverError } from "../errors.ts";
import { OutputDiffers } from "../workload/run-pairs.ts";
import { WorkloadFailure } from "../workload/run-sample.ts";
import type { ClaimSteps } from "./claim-steps.ts";
import { measureGain } from "./measure-gain.ts";
import { measureMemory } from "./measure-memory.ts";
import type { Ruling } from "./ruling.ts";
import { describeLook, describeMiB } from "./sentences.ts";

/** Taking the commit back must cost surely more than nothing. */
const LEAST_LOSS = 1.02;

/**
 * At the branch's head, taking the commit back must cost what it gained; else the gain belongs to something else, or a later commit has
 * taken its place. Null: it does. Where it cannot be taken back, a guard says so: the claim waits for a person.
 */
export async function ablate(steps: ClaimSteps, commit: string): Promise<Ruling | null> {
  const { context, findings, claim, say } = steps;
  const { head } = context.clone;
  if (commit === head) {
    findings.note(
      "The commit is the branch's head, so the comparison with its parent is also that of taking it back.",
    );
    return null;
  }
  say("ablation", "Building the branch's head with and without the commit.");
  try {
    await using a = await steps.build({ commit: head, parent: commit, without: commit });
    await using b = await steps.build({ commit: head, parent: commit });
    if (claim.claimedRatio === null && claim.claimedMiB !== null) {
      const run = await measureMemory(
        context,
        steps.measure,
        { a, b, scale: findings.scale, kind: "ablation" },
        steps.looks,
      );
      findings.sessions.push(run.session);
      say("ablation", run.message);
      return run.quotable !== null
        ? null
        : {
            reason: "ablation",
            explanation: `With the commit taken back at the branch's head the memory stays: ${describeMiB(run.last)}.`,
          };
    }
    const run = await measureGain(
      context,
      steps.measure,
      { kind: "ablation", a, b, scale: findings.scale, floor: LEAST_LOSS },
      steps.looks,
    );
    findings.sessions.push(run.session);
    say("ablation", `Taken back at the branch's head, the loss is ${describeLook(run.last)}.`);
    if (run.passed) return null;
    // The whole gain may still be there, hidden in noise.
    const unclear = run.last.interval[1] >= (findings.interval?.[0] ?? Infinity);
    return unclear
      ? {
          reason: "unstable",
          explanation: `What taking the commit back costs cannot be told: ${describeLook(run.last)}.`,
        }
      : {
          reason: "ablation",
          explanation: `With the commit taken back at the branch's head the gain stays: the loss is ${describeLook(run.last)}.`,
        };
  } catch (error) {
    const why = reasonOf(error);
    if (why === null) throw error;
    findings.guard(why.code, why.message);
    say("ablation", why.message);
    return null;
  }
}

function reasonOf(error: unknown): { readonly code: string; readonly message: string } | null {
  if (error instanceof RevertConflict) {
    return {
      code: "ablation_conflict",
      message: "The commit cannot be taken back at the branch's head: later commits changed the same lines.",
    };
  }
  if (
    error instanceof WorkloadFailure ||
    error instanceof OutputDiffers ||
    (error instanceof ProverError && error.code === "build")
  ) {
    return {
      code: "ablation_failed",
      message: `At the branch's head the benchmark cannot compare with and without the commit: ${error.message}`,
    };
  }
  return null;
}
