import type { ProveRequest } from "@universe-optimize/claim-prover";
import { REDUCED_SETTINGS } from "@universe-optimize/claim-prover";
import type { ClaimedOptimization, RunResults } from "@universe-optimize/results-parser";
import type { DecisionRow } from "@universe-optimize/state-store";
import type { Config } from "../config/config.ts";
import { requireFork } from "../run/facts.ts";
import { proofPlace } from "../run/proof-place.ts";
import type { StepContext } from "../steps/step.ts";

/** The prover's request, but for where things lie on the machine. */
export type MeasuringRequest = Omit<ProveRequest, "repository" | "resultsFolder" | "workDir">;

/** More claims than any run has; what lies beyond is not measured, so it stays unproven. */
const MAX_CLAIMS = 200;

/** What is to be measured: every claim of the results, or the one that a person asked for. */
export function proofRequest(
  { services, project, run, facts }: Pick<StepContext, "services" | "project" | "run" | "facts">,
  results: RunResults,
  decisions: readonly DecisionRow[],
): MeasuringRequest {
  const { config } = services;
  const fork = requireFork(facts, run.id);
  const only = facts.proofOf ?? null;
  return {
    project: project.id,
    repo: project.repo,
    branch: config.run.branch,
    head: facts.pushedSha ?? "",
    base: fork.baseSha,
    claims: results.optimizations
      .map(claimRequest)
      .filter(({ commit }) => only === null || (commit !== null && only.startsWith(commit)))
      .slice(0, MAX_CLAIMS),
    benchmarkCommand: results.summary?.benchmarkCommand ?? null,
    language: project.language,
    commands: chosen(config.proof.commands),
    releases: decisions.filter(({ kind }) => kind === "guard_release").flatMap(release),
    settings: {
      ...(config.proof.profile === "quick" ? REDUCED_SETTINGS : {}),
      ...(config.proof.sampleSeconds === null ? {} : { sampleSeconds: config.proof.sampleSeconds }),
      minutesPerClaim: config.proof.minutesPerClaim,
      testMinutes: config.proof.testMinutes,
    },
    separateMachine: proofPlace(config, facts) === "fresh",
  };
}

export function claimRequest(claim: ClaimedOptimization, position: number): ProveRequest["claims"][number] {
  return {
    index: claim.index ?? position,
    commit: claim.commit,
    function: claim.function,
    file: claim.file,
    description: claim.description,
    claimedRatio: claim.cpuSpeedup?.value ?? null,
    claimedMiB: claim.memoryReduction?.value ?? null,
    benchmark: claim.benchmark,
  };
}

function chosen(commands: Config["proof"]["commands"]): NonNullable<ProveRequest["commands"]> {
  return Object.fromEntries(Object.entries(commands).filter(([, line]) => line !== null));
}

/** `<commit> <guard>`, as `uo prove --release` wrote it. */
function release({ subject, reason }: DecisionRow): ProveRequest["releases"][number][] {
  const [commit, guard] = subject.split(" ");
  return commit === undefined || guard === undefined ? [] : [{ commit, guard, reason }];
}
