import type { MachineProvider } from "@universe-optimize/cloud-vm";
import type { Config } from "../config/config.ts";

/** What a start may cost at most, in USD, for so many projects. */
export interface Estimate {
  readonly projects: number;
  readonly machineUsdPerHour: number;
  /** Where the price comes from. */
  readonly priceSource: string;
  /** Hours of machines for one project: its time limit, and its proof. */
  readonly machineHours: number;
  readonly machineUsd: number;
  /** null: the agent has no budget. */
  readonly agentUsd: number | null;
}

/** The greatest cost of a run: machines for their whole time, agents for their whole budget. Most cost less. */
export async function estimateStart(
  { machines, config }: { readonly machines: Pick<MachineProvider, "price">; readonly config: Config },
  projects: number,
): Promise<Estimate> {
  const price = await machines.price();
  const machineHours = hoursOf(config);
  const { maxBudgetUsd, kind } = config.agent;
  return {
    projects,
    machineUsdPerHour: price.usdPerHour,
    priceSource: price.source,
    machineHours,
    machineUsd: price.usdPerHour * machineHours * projects,
    agentUsd:
      kind === "demo" || kind === "command" ? 0 : maxBudgetUsd === null ? null : maxBudgetUsd * projects,
  };
}

/** A proof of a dozen claims is taken as half of its claims' limits. */
const USUAL_CLAIMS = 12;

function hoursOf({ run, proof }: Config): number {
  const work = run.timeLimitHours + run.overtimeMinutes / 60 + run.bootstrapMinutes / 60;
  return proof.machine === "none" ? work : work + (USUAL_CLAIMS * proof.minutesPerClaim) / 60 / 2;
}
