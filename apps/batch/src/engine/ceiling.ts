import { estimateStart, type Services } from "@universe-optimize/pipeline";
import type { RunCeiling } from "../decide/budget.ts";

/** The most that a run may cost and take: as agent and provider say, or as `batch.assume` says. */
export async function runCeiling(
  services: Pick<Services, "machines" | "config">,
): Promise<
  RunCeiling & { readonly hours: number; readonly usdPerHour: number; readonly priceSource: string }
> {
  const { agentUsdPerRun, machineUsdPerHour } = services.config.batch.assume;
  const estimate = await estimateStart(services, 1);
  const usdPerHour = machineUsdPerHour ?? estimate.machineUsdPerHour;
  return {
    agentUsd: agentUsdPerRun ?? estimate.agentUsd,
    machineUsd: usdPerHour * estimate.machineHours,
    hours: estimate.machineHours,
    usdPerHour,
    priceSource: machineUsdPerHour === null ? estimate.priceSource : "batch.assume.machineUsdPerHour",
  };
}
