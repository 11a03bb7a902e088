import type { Project } from "@universe-optimize/project-list";
import type { Config } from "../config/config.ts";
import type { RunFacts } from "./facts.ts";

/**
 * The model of a run: the project's, else the campaign's; after a run that got stuck, the stronger one that the campaign names
 * for that.
 *
 * @param previous facts of the project's run before; null: this is the first
 */
export function chooseModel(project: Project, agent: Config["agent"], previous: RunFacts | null): string {
  const usual = project.model ?? agent.model;
  return previous !== null && isStuck(previous) ? (agent.fallbackModel ?? usual) : usual;
}

/** Whether a failed run deserves another try with the stronger model: it got stuck, and that model was not used yet. */
export function wantsStrongerModel(agent: Config["agent"], facts: RunFacts): boolean {
  return agent.fallbackModel !== null && facts.model !== agent.fallbackModel && isStuck(facts);
}

/** A run that had nothing to show for its time, or whose session could not go on. */
function isStuck({ stop }: RunFacts): boolean {
  return stop?.code === "no_result" || stop?.code === "stuck";
}
