import { printable } from "@universe-optimize/pipeline/printable";
import type { BatchStatus } from "../handlers/read-status.ts";
import { forecastText } from "./forecast-view.ts";

const ORDER = [
  "pending",
  "running",
  "blocked",
  "completed",
  "empty",
  "failed",
  "timedOut",
  "lost",
  "skipped",
  "stopped",
];

/** The campaign as a person reads it: a line a fact. */
export function statusText(status: BatchStatus, now: number): string {
  const { plan, money, budget, counts } = status;
  const known = ORDER.filter((name) => (counts[name] ?? 0) > 0).map((name) => `${counts[name]} ${name}`);
  const facts: readonly (readonly [string, string])[] = [
    ["Campaign", `${status.campaign}, ${status.projects} projects`],
    ["Projects", known.length === 0 ? "none" : known.join(", ")],
    ["State", `${plan.state}: ${plan.words}`],
    ["Wave", `${Math.min(plan.wave + 1, plan.waves)} of ${plan.waves}`],
    ["Machines", `${status.machinesAlive.length} alive, ${status.machinesAtMost} at most`],
    ["Agents", sum(money.spent.agentUsd, money.reserved.agentUsd, budget.agentUsd)],
    ["Machine cost", sum(money.spent.machineUsd, money.reserved.machineUsd, budget.machineUsd)],
    ["Forecast", forecastText(status)],
    [
      "Last sweep",
      status.lastSweep === null
        ? "never"
        : `${age(now - Date.parse(status.lastSweep.at))} ago, ${status.lastSweep.removed} removed, ${status.lastSweep.failed} could not be`,
    ],
    ...plan.judged.map((words, index) => [`Wave ${index + 1}`, words] as const),
  ];
  const width = Math.max(...facts.map(([name]) => name.length));
  return facts.map(([name, value]) => `${name.padEnd(width)}  ${printable(value)}\n`).join("");
}

function sum(spent: number, reserved: number, limit: number | null): string {
  return `$${spent.toFixed(2)} spent, $${reserved.toFixed(2)} reserved${limit === null ? "" : `, budget $${limit.toFixed(2)}`}`;
}

function age(ms: number): string {
  return ms < 120_000
    ? `${Math.round(ms / 1000)} s`
    : ms < 7_200_000
      ? `${Math.round(ms / 60_000)} min`
      : `${(ms / 3_600_000).toFixed(1)} h`;
}
