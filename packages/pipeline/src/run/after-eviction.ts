import type { RunRow } from "@universe-optimize/state-store";
import type { Config } from "../config/config.ts";
import { readFacts } from "./facts.ts";

/** Runs that may follow one another because machines were taken back: where that goes on, spot machines do not fit. */
const MOST_RERUNS = 2;

/**
 * Whether the latest of a project's runs, the first one first, lost its machine to the provider (spot) and deserves another.
 *
 * @throws PipelineError `damaged_facts`
 */
export function wantsRunAfterEviction(
  config: Pick<Config["run"], "rerunAfterEviction">,
  runs: readonly Pick<RunRow, "id" | "outcome" | "facts_json">[],
): boolean {
  const lost = runs
    .toReversed()
    .findIndex((run) => run.outcome === "completed" || readFacts(run).evicted !== true);
  const inARow = lost === -1 ? runs.length : lost;
  return config.rerunAfterEviction && inARow > 0 && inARow <= MOST_RERUNS;
}
