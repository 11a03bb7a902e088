import { buildContext, contextJson } from "@universe-optimize/email-context";
import { mergeJsonEdits, readGenerated, writeProtected } from "@universe-optimize/email-renderer";
import { readResults } from "@universe-optimize/results-parser";
import { readFile } from "node:fs/promises";
import { projectPaths } from "../campaign/campaign-paths.ts";
import { PipelineError } from "../errors.ts";
import { requireFork } from "../run/facts.ts";
import type { Step, StepContext } from "./step.ts";

export const contextualizeStep: Step = {
  name: "contextualize",
  async execute(context) {
    const { services, project, run, facts, signal, progress } = context;
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
    const edited = await writeContext(context, contextJson(built), paths.context);
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

/** Writes context.json; values that a person changed since it was generated last stay. Returns their names. */
async function writeContext({ project }: StepContext, next: string, file: string): Promise<readonly string[]> {
  const base = await readGenerated(file);
  const onDisk = await readFile(file, "utf8").catch(() => null);
  if (onDisk === null || onDisk === base) {
    await writeProtected({ path: file, text: next, base });
    return [];
  }
  let edited: unknown;
  try {
    edited = JSON.parse(onDisk);
  } catch (cause) {
    throw new PipelineError("step_failed", `${file} was edited and is no JSON any more: correct it, or delete it to have it made anew.`, {
      projectId: project.id,
      cause,
    });
  }
  const merge = mergeJsonEdits(base === null ? {} : (JSON.parse(base) as unknown), edited, JSON.parse(next) as unknown);
  return merge.edited;
}

