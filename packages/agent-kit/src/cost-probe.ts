import { checkBrief } from "./check-brief.ts";
import { LAUNCHERS } from "./launchers/launchers.ts";
import type { AgentSettings, RunBrief } from "./types.ts";

/**
 * POSIX sh that prints what a session has cost so far, for `parseCostProbe`: where the agent was stopped, its log has no result
 * line and so no cost. null: the agent keeps no such figure. Needs no secret and changes nothing.
 */
export function costProbe(brief: RunBrief, settings: AgentSettings): string | null {
  checkBrief(brief);
  return LAUNCHERS[settings.kind].costProbe?.(brief) ?? null;
}

/** US dollars, cumulative over resumes like the log's own figure: never add the two, take the larger. null: the output has no such figure. */
export function parseCostProbe(output: string): number | null {
  let costUsd: number | null = null;
  for (const line of output.slice(-(2 ** 20)).split("\n")) {
    const cost = costIn(line);
    if (cost !== null) costUsd = Math.max(cost, costUsd ?? 0);
  }
  return costUsd;
}

function costIn(line: string): number | null {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value !== "object" || value === null || !("totalCostUSD" in value)) return null;
    const cost = value.totalCostUSD;
    return typeof cost === "number" && Number.isFinite(cost) && cost >= 0 && cost < 1e9 ? cost : null;
  } catch {
    return null;
  }
}
