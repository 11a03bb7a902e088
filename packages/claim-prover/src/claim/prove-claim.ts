import { ProverError } from "../errors.ts";
import type { ProvenClaim } from "../proof.ts";
import type { ClaimRequest } from "../request.ts";
import { oneLine } from "../run/clean-text.ts";
import { OutputDiffers } from "../workload/run-pairs.ts";
import { WorkloadFailure } from "../workload/run-sample.ts";
import type { ProofContext } from "./context.ts";
import { Findings } from "./findings.ts";
import { investigate } from "./investigate.ts";
import { range } from "./sentences.ts";
import { labelOf, type Ruling } from "./ruling.ts";

/**
 * Proves one claim within its time. Never throws but for an aborted signal: whatever goes wrong is the claim's reason, and what was
 * measured until then is kept.
 */
export async function proveClaim(
  context: ProofContext,
  claim: ClaimRequest,
  earlier: readonly ClaimRequest[],
  signal?: AbortSignal,
): Promise<ProvenClaim & { readonly pValue: number }> {
  const startedAt = process.hrtime.bigint();
  const limit = AbortSignal.timeout(context.settings.minutesPerClaim * 60_000);
  const both = signal === undefined ? limit : AbortSignal.any([signal, limit]);
  const findings = new Findings();
  let ruling: Ruling;
  try {
    ruling = (await investigate(context, claim, earlier, findings, both)) ?? proven(claim, findings);
  } catch (error) {
    signal?.throwIfAborted();
    ruling = limit.aborted
      ? {
          reason: "out_of_time",
          explanation: `The claim's ${context.settings.minutesPerClaim} minutes were over before it was settled.`,
        }
      : rulingOf(error, findings);
  }
  ruling = guarded(ruling, findings);
  const verified = labelOf(ruling.reason) === "verified";
  return {
    index: claim.index,
    commit: findings.commit ?? claim.commit,
    function: claim.function,
    file: claim.file,
    claimed: claim.claimedRatio,
    label: labelOf(ruling.reason),
    reason: ruling.reason,
    explanation: oneLine([ruling.explanation, ...findings.notes].join(" "), 1500),
    quoted: verified ? findings.quotable : null,
    interval: findings.interval,
    noiseFloor: findings.noiseFloor,
    quotedMiB: verified ? findings.quotableMiB : null,
    intervalMiB: findings.intervalMiB,
    guards: findings.guards.map((hit) => ({
      ...hit,
      message: oneLine(hit.message, 1000),
      where: hit.where === null ? null : oneLine(hit.where, 500),
      released: hit.released === null ? null : oneLine(hit.released, 1000),
    })),
    sessions: findings.sessions,
    commands: Object.fromEntries(
      Object.entries(findings.commands).map(([name, command]) => [name, oneLine(command, 2000)]),
    ),
    seconds: Number(process.hrtime.bigint() - startedAt) / 1e9,
    pValue: findings.pValue,
  };
}

/** Everything held. */
function proven(claim: ClaimRequest, findings: Findings): Ruling {
  const { quotable, quotableMiB, interval, withoutStart } = findings;
  const parts: string[] = [];
  let restated = false;
  if (quotable !== null && interval !== null) {
    // The claim may mean the work alone, which gains more than the whole process.
    const most = Math.max(interval[1], withoutStart ?? 0);
    restated = claim.claimedRatio !== null && claim.claimedRatio > most;
    parts.push(
      `Measured ${quotable}x (${range(interval)}; ${withoutStart === null || !Number.isFinite(withoutStart) ? "not measured" : `${withoutStart.toFixed(2)}x`} without the start of the process)${restated ? `, where ${claim.claimedRatio}x was claimed` : ""}.`,
    );
  }
  if (quotableMiB !== null) {
    const less = claim.claimedMiB !== null && claim.claimedMiB > (findings.intervalMiB?.[1] ?? Infinity);
    if (quotable === null) restated = less;
    parts.push(
      `Peak memory falls by ${quotableMiB} MiB${less ? `, where ${claim.claimedMiB} MiB were claimed` : ""}.`,
    );
  }
  return { reason: restated ? "proven_restated" : "proven", explanation: parts.join(" ") };
}

/** The parent's own failures make a claim unverifiable; the commit's make it false. */
function rulingOf(error: unknown, findings: Findings): Ruling {
  if (error instanceof OutputDiffers) return { reason: "output_differs", explanation: error.message };
  if (error instanceof WorkloadFailure) {
    return error.commit === findings.commit
      ? {
          reason: "output_differs",
          explanation: `The benchmark works with the parent commit, but with this one it ${error.message}.`,
        }
      : { reason: "workload_failed", explanation: `The benchmark ${error.message}.` };
  }
  if (error instanceof ProverError && error.code === "build")
    return { reason: "build_failed", explanation: error.message };
  const message = error instanceof Error ? error.message : String(error);
  return { reason: "failed", explanation: `The prover failed: ${message}` };
}

/** A gain that a guard casts doubt on is unverifiable until a person releases the guard. */
function guarded(ruling: Ruling, findings: Findings): Ruling {
  const standing = findings.guards.filter((hit) => hit.released === null);
  const [first] = standing;
  if (labelOf(ruling.reason) !== "verified" || first === undefined) return ruling;
  const more = standing.length === 1 ? "" : ` and ${standing.length - 1} more`;
  return {
    reason: "guarded",
    explanation: `Measured, but held back by ${standing.length === 1 ? "a guard" : "guards"} that nobody has released (${first.code}: ${first.message.replace(/\.$/, "")}${more}). ${ruling.explanation}`,
  };
}
