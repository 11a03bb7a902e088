import type { BatchBudget } from "@universe-optimize/pipeline/config";
import type { ProjectPicture, RunPicture } from "./picture.ts";

/** The most that one run may cost, in USD. null: nobody can say. */
export interface RunCeiling {
  readonly agentUsd: number | null;
  readonly machineUsd: number;
}

/** Money that is gone, and money that runs under way may still take. */
export interface Ledger {
  readonly spent: { readonly agentUsd: number; readonly machineUsd: number };
  readonly reserved: { readonly agentUsd: number; readonly machineUsd: number };
  /** Runs that the reserve is for. */
  readonly open: number;
}

/** The sums over these projects. A run under way is reserved at its ceiling, for it may come to that. */
export function ledgerOf(projects: readonly ProjectPicture[], ceiling: RunCeiling): Ledger {
  const spent = { agentUsd: 0, machineUsd: 0 };
  const reserved = { agentUsd: 0, machineUsd: 0 };
  let open = 0;
  for (const { runs } of projects)
    for (const run of runs) {
      const rest = openOf(run, ceiling);
      spent.agentUsd += run.agentUsd;
      spent.machineUsd += run.machineUsd;
      reserved.agentUsd += rest.agentUsd;
      reserved.machineUsd += rest.machineUsd;
      if (run.end === null && (run.agentOpen || run.holdsSlot)) open += 1;
    }
  return { spent, reserved, open };
}

function openOf(run: RunPicture, ceiling: RunCeiling): { agentUsd: number; machineUsd: number } {
  if (run.end !== null) return { agentUsd: 0, machineUsd: 0 };
  return {
    agentUsd: run.agentOpen ? Math.max(0, (ceiling.agentUsd ?? 0) - run.agentUsd) : 0,
    machineUsd: run.holdsSlot ? Math.max(0, ceiling.machineUsd - run.machineUsd) : 0,
  };
}

/** Why one more run must not start, with the sum; null: it may. */
export function overBudget(
  whose: string,
  limits: BatchBudget,
  ledger: Ledger,
  next: RunCeiling,
): string | null {
  const kinds = [
    { key: "agentUsd", name: "agent" },
    { key: "machineUsd", name: "machine" },
  ] as const;
  for (const { key, name } of kinds) {
    const limit = limits[key];
    if (limit === null) continue;
    const most = next[key];
    if (most === null)
      return `the ${name} budget of ${whose} is ${usd(limit)}, but nobody can say what a run costs at most: set agent.maxBudgetUsd (claude-code heeds it), or batch.assume.agentUsdPerRun`;
    const sum = ledger.spent[key] + ledger.reserved[key] + most;
    // A cent's rounding is no overrun.
    if (sum > limit + 1e-6)
      return `${name} budget of ${whose}: ${usd(ledger.spent[key])} spent + ${usd(ledger.reserved[key])} reserved for ${ledger.open} runs under way + ${usd(most)} for the next = ${usd(sum)}, above ${usd(limit)}`;
  }
  return null;
}

function usd(amount: number): string {
  return `$${amount.toFixed(2)}`;
}
