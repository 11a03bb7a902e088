import type { ProjectPatch, RunRow } from "@universe-optimize/state-store";
import { forkRequest } from "../campaign/upstream.ts";
import { chooseModel } from "../run/choose-model.ts";
import { readFacts, type RunFacts } from "../run/facts.ts";
import type { Services } from "../services.ts";
import type { Step } from "./step.ts";

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
  async execute({ services, project, run, signal, progress }) {
    const fork = await services.forks.fork(forkRequest(project, services.paths.root), signal);
    progress(`${fork.forkRepo} at ${fork.baseSha.slice(0, 10)} (${fork.defaultBranch})`);
    return {
      kind: "succeeded",
      facts: {
        fork,
        model: chooseModel(project, services.config.agent, await previousFacts(services, run)),
        branchUrl: services.forks.branchUrl(fork, services.config.run.branch),
      },
      changes: {
        project: { ...NOTHING_YET, fork_url: fork.webUrl, optimization_branch: services.config.run.branch },
      },
    };
  },
};
