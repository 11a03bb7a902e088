import type { BatchConfig } from "@universe-optimize/pipeline/config";
import { type Ledger, overBudget } from "./budget.ts";

export interface KeepInput {
  readonly policy: BatchConfig["keep"];
  readonly budget: BatchConfig["budget"];
  /** Machines that are kept now. */
  readonly kept: number;
  readonly usdPerHour: number;
  readonly campaign: Ledger;
  readonly project: Ledger;
}

/** How long the machine of a failed run is kept, in ms, with the reason where it is not. */
export function keepMachine(input: KeepInput): { readonly ms: number; readonly refusal: string | null } {
  const { policy, budget } = input;
  if (policy.hours === 0) return { ms: 0, refusal: null };
  if (input.kept >= policy.machines)
    return { ms: 0, refusal: `${input.kept} machines are kept already, and ${policy.machines} may be` };
  const cost = { agentUsd: 0, machineUsd: policy.hours * input.usdPerHour };
  const limit = { agentUsd: null };
  const refusal =
    overBudget("the campaign", { ...budget.campaign, ...limit }, input.campaign, cost) ??
    overBudget("the project", { ...budget.project, ...limit }, input.project, cost);
  return { ms: refusal === null ? policy.hours * 3_600_000 : 0, refusal };
}
