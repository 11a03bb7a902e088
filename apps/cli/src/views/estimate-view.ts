import type { Estimate } from "@universe-optimize/pipeline";

/** What a start is expected to cost at most, in one sentence that a person can check. */
export function estimateText(estimate: Estimate): string {
  const { projects, machineHours, machineUsdPerHour, machineUsd, agentUsd, priceSource } = estimate;
  const machines = `machines $${machineUsd.toFixed(2)} (${projects} x ${machineHours.toFixed(1)} h at $${machineUsdPerHour.toFixed(3)}, ${priceSource})`;
  if (agentUsd === null)
    return `At most: ${machines}; agents without a limit (agent.maxBudgetUsd, which claude-code heeds).`;
  return `At most $${(machineUsd + agentUsd).toFixed(2)}: ${machines}, agents $${agentUsd.toFixed(2)}.`;
}
