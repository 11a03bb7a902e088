import { DEFAULT_SETTINGS, isReduced, type ProveSettings } from "./request.ts";

/** How it was measured, in one sentence that a mail may quote. `separateMachine`: see `ProveRequest`. */
export function methodOf(settings: ProveSettings, separateMachine: boolean): string {
  const pairs = Math.max(...settings.looks);
  const sessions = settings.secondSession ? "two sessions" : "one session";
  const where = separateMachine ? " on a machine that took no part in the optimization" : "";
  const sentence = `Each commit was measured against its parent${where}, in ${sessions} of up to ${pairs} interleaved pairs of fresh processes with inputs from new seeds, and what is quoted is the median ratio, rounded down, with an interval whose error is at most ${settings.alpha * 100} %.`;
  return isReduced(settings)
    ? `${sentence} This was a reduced proof: the full procedure uses ${Math.max(...DEFAULT_SETTINGS.looks)} pairs of at least ${DEFAULT_SETTINGS.sampleSeconds} s in two sessions.`
    : sentence;
}
