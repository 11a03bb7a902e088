import type { BatchStatus } from "../handlers/read-status.ts";

/** What is to come, in one sentence. */
export function forecastText({
  forecast,
  machinesAtMost,
  priceSource,
}: Pick<BatchStatus, "forecast" | "machinesAtMost" | "priceSource">): string {
  const { waiting, running, hoursPerRun, basis, agentUsd, machineUsd, atMost, endAt } = forecast;
  if (waiting + running === 0) return "Nothing is left to do.";
  const hours = hoursPerRun >= 0.1 ? `${hoursPerRun.toFixed(1)} h` : `${(hoursPerRun * 3600).toFixed(0)} s`;
  return [
    `${waiting} projects wait and ${running} are under way, ${machinesAtMost} machines at most`,
    `${hours} a run (${basis === "measured" ? "mean of runs until now" : "the longest that it may take"})`,
    `expected: agents ${usd(agentUsd)}, machines ${usd(machineUsd)}; at most: ${usd(atMost.agentUsd)} and ${usd(atMost.machineUsd)} (${priceSource})`,
    `over by ${endAt.slice(0, 16).replace("T", " ")} UTC`,
  ].join("; ");
}

function usd(amount: number | null): string {
  return amount === null ? "without limit" : `$${amount.toFixed(2)}`;
}
