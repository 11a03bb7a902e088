import { makeSide, type Side, type SidePlan } from "../build/make-side.ts";
import type { ClaimRequest } from "../request.ts";
import { planLooks, type PlannedLook } from "../stats/looks.ts";
import type { Measure } from "../workload/run-sample.ts";
import type { Workload } from "../workload/workload.ts";
import type { ProofContext } from "./context.ts";
import type { Findings } from "./findings.ts";

/** What the steps of one claim share. */
export interface ClaimSteps {
  readonly context: ProofContext;
  readonly claim: ClaimRequest;
  readonly findings: Findings;
  readonly measure: Measure;
  readonly looks: readonly PlannedLook[];
  readonly signal: AbortSignal;
  say(stage: string, message: string): void;
  build(plan: SidePlan): Promise<Side>;
  /** Marks what a person has released; called after new guards. */
  release(): void;
}

export function openSteps(
  context: ProofContext,
  claim: ClaimRequest,
  findings: Findings,
  workload: Workload,
  signal: AbortSignal,
): ClaimSteps {
  const { settings, clone, sandbox, request, commands } = context;
  return {
    context,
    claim,
    findings,
    looks: planLooks(settings.looks, settings.alpha),
    measure: { sandbox, workload, timeoutMs: Math.max(60_000, settings.sampleSeconds * 60_000), signal },
    signal,
    say: (stage, message) => context.progress({ scope: "claim", index: claim.index, stage, message }),
    build: async (plan) =>
      await makeSide(
        { clone, sandbox, workDir: request.workDir, commands, buildMinutes: settings.buildMinutes, signal },
        plan,
      ),
    release: () => releaseGuards(context, findings),
  };
}

function releaseGuards(context: ProofContext, findings: Findings): void {
  for (const [i, hit] of findings.guards.entries()) {
    const word = context.request.releases.find(
      ({ commit, guard }) =>
        guard === hit.code &&
        commit.length >= 7 &&
        findings.commit?.startsWith(commit.toLowerCase()) === true,
    );
    if (word !== undefined) findings.guards[i] = { ...hit, released: word.reason };
  }
}
