import { type Fork, isUpstreamSkip } from "@universe-optimize/github-fork";
import type { ProjectPatch, RunRow } from "@universe-optimize/state-store";
import { forkRequest } from "../campaign/upstream.ts";
import { errorFacts } from "../errors.ts";
import { policyRefusal, readUpstreamPolicy, standingRefusal } from "../policy/upstream-policy.ts";
import { chooseModel } from "../run/choose-model.ts";
import { readFacts, type RunFacts } from "../run/facts.ts";
import type { Services } from "../services.ts";
import type { Step, StepContext, StepReport } from "./step.ts";

/** A project's row shows its latest run: what an earlier one left there goes. */
const NOTHING_YET: ProjectPatch = {
  vm_id: null,
  vm_ip: null,
  started_at: null,
  completed_at: null,
  num_optimizations: 0,
  best_speedup: null,
  summary_json: null,
  email_draft_path: null,
};

/** Facts of the project's run before this one; null: there is none. */
async function previousFacts({ store }: Services, run: RunRow): Promise<RunFacts | null> {
  const runs = await store.runs(run.project_id);
  const before = runs.find(({ number }) => number === run.number - 1);
  return before === undefined ? null : readFacts(before);
}

export const forkStep: Step = {
  name: "fork",
  async execute(context) {
    try {
      return await forkUnlessRefused(context);
    } catch (error) {
      const { code, message } = errorFacts(error);
      // A missing one is a wrong name, most likely: the run fails, so that its command does.
      if (!isUpstreamSkip(code) || code === "upstream_missing") throw error;
      return skipped(message);
    }
  },
};

async function forkUnlessRefused(context: StepContext): Promise<StepReport> {
  const { services, project, run, signal, progress } = context;
  const request = forkRequest(project, services.paths.root);
  // Before the fork, which others see.
  const policy = await readUpstreamPolicy(services, request, signal);
  const refusal = await standingRefusal(services.store, project.id, policy);
  const noted = policy === null || policy.kind === "silent" ? {} : { policy };
  if (refusal !== null) return skipped(policyRefusal(refusal, project.id), noted);
  if (policy !== null && policy.kind !== "silent")
    progress(
      `${policy.file}:${policy.line} ${policy.kind === "refuses" ? "refuses, overridden" : policy.kind}: "${policy.quote}"`,
    );

  const fork = await upToDate(context, await services.forks.fork(request, signal));
  progress(`${fork.forkRepo} at ${fork.baseSha.slice(0, 10)} (${fork.defaultBranch})`);
  return {
    kind: "succeeded",
    facts: {
      ...noted,
      fork,
      model: chooseModel(project, services.config.agent, await previousFacts(services, run)),
      branchUrl: services.forks.branchUrl(fork, services.config.run.branch),
    },
    changes: {
      project: { ...NOTHING_YET, fork_url: fork.webUrl, optimization_branch: services.config.run.branch },
    },
  };
}

function skipped(reason: string, facts: RunFacts = {}): StepReport {
  return { kind: "succeeded", outcome: "skipped", reason, facts, changes: { project: NOTHING_YET } };
}

/** An old fork is brought up to its upstream before anything is built on it. */
async function upToDate({ services, signal, progress }: StepContext, fork: Fork): Promise<Fork> {
  const synced = await services.forks.sync?.(fork, signal);
  if (synced === undefined) return fork;
  if (synced.outcome === "fast_forwarded") progress(`${fork.forkRepo} brought up to its upstream`);
  if (synced.reason !== null) progress(`${fork.forkRepo} stays as it is: ${synced.reason}`);
  return synced.fork;
}
