import type { MachineProvider } from "@universe-optimize/cloud-vm";
import type { Config } from "../config/config.ts";

/** What a start is expected to cost at most, in USD, for so many projects. */
export interface Estimate {
  readonly projects: number;
  readonly machineUsdPerHour: number;
  /** Where the price comes from. */
  readonly priceSource: string;
  /** Hours of machines for one project: its time limit, and its proof. */
  readonly machineHours: number;
  readonly machineUsd: number;
  /** null: nothing stops the agent at a budget. */
  readonly agentUsd: number | null;
}

/** Machines for the whole time of a run and a usual proof, agents for their whole budget. Most runs cost less; a proof of many claims may cost more. */
export async function estimateStart(
  { machines, config }: { readonly machines: Pick<MachineProvider, "price">; readonly config: Config },
  projects: number,
): Promise<Estimate> {
  const price = await machines.price();
  const machineHours = hoursOf(config);
  return {
    projects,
    machineUsdPerHour: price.usdPerHour,
    priceSource: price.source,
    machineHours,
    machineUsd: price.usdPerHour * machineHours * projects,
    agentUsd: agentUsdOf(config, projects),
  };
}

function agentUsdOf({ agent: { kind, maxBudgetUsd } }: Config, projects: number): number | null {
  if (kind === "demo" || kind === "command") return 0;
  // Codex and Gemini know no budget: nothing would stop them at ours.
  if (kind !== "claude-code" || maxBudgetUsd === null) return null;
  return maxBudgetUsd * projects;
}

/** A proof of a dozen claims is taken as half of its claims' limits. */
const USUAL_CLAIMS = 12;

function hoursOf({ run, proof }: Config): number {
  const work = run.timeLimitHours + run.overtimeMinutes / 60 + run.bootstrapMinutes / 60;
  return proof.machine === "none" ? work : work + (USUAL_CLAIMS * proof.minutesPerClaim) / 60 / 2;
}
