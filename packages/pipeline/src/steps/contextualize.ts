import { buildContext } from "@universe-optimize/email-context";
import { writeProtectedJson } from "@universe-optimize/email-renderer";
import { readResults } from "@universe-optimize/results-parser";
import { projectPaths } from "../campaign/campaign-paths.ts";
import { requireFork } from "../run/facts.ts";
import type { Step } from "./step.ts";

export const contextualizeStep: Step = {
  name: "contextualize",
  async execute({ services, project, run, facts, signal, progress }) {
    const paths = projectPaths(services.paths, project.id);
    const fork = requireFork(facts, run.id);
    const built = buildContext({
      project,
      results: await readResults(paths.results, { signal }),
      fork: { forkUrl: fork.webUrl, branchUrl: services.forks.branchUrl(fork, services.config.run.branch) },
      calendlyLink: services.config.outreach.calendlyLink,
      gate: services.config.outreach.gate,
      proof: null,
    });
    const { edited } = await writeProtectedJson({ path: paths.context, value: { ...built.context } });
    progress(
      `context.json written, numbers ${built.basis}${edited.length === 0 ? "" : `; edited by hand and kept: ${edited.join(", ")}`}`,
    );
    for (const reason of built.gate.reasons) progress(`no draft: ${reason}`);
    return {
      kind: "succeeded",
      facts: { gate: built.gate, basis: built.basis },
      ...(built.gate.pass ? {} : { reason: `no draft: ${built.gate.reasons.join("; ")}` }),
    };
  },
};
